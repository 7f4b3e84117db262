import { join } from 'node:path';
import { isTsconfig } from '../extraction/specifiers/tsconfig.ts';
import { languageOf } from '../languages/languages.ts';
import { fileAt, statOf, type DiscoveredFile } from './discover.ts';
import { ExtendedConfigs } from './extended-configs.ts';
import { IgnoreRules, isIgnoreFile } from './ignore-rules.ts';

/** Applies the rules of discoverFiles to single paths, for a watcher. */
export class FileRules {
  readonly #root: string;
  readonly #ignore: IgnoreRules;
  readonly #extended: ExtendedConfigs;

  constructor(root: string) {
    this.#root = root;
    this.#ignore = new IgnoreRules(root);
    this.#extended = new ExtendedConfigs(root);
  }

  /** The file that discoverFiles would find at this path; undefined if it would find none. */
  fileAt(path: string): DiscoveredFile | undefined {
    const language = languageOf(path)?.language ?? (this.#extended.has(path) ? 'config' : undefined);
    if (language === undefined || this.#ignore.ignores(path, false)) return undefined;
    return fileAt(this.#root, path, language);
  }

  /** The discovered files, with the configs that count only because others extend them. */
  withExtended(files: readonly DiscoveredFile[]): DiscoveredFile[] {
    const extended = this.#extended.find(files, (path) => !this.#ignore.ignores(path, false));
    return extended.length === 0 ? [...files] : [...files, ...extended].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Whether there is a folder at this path that is not ignored. */
  isFolder(path: string): boolean {
    const stat = statOf(join(this.#root, path));
    return stat?.isDirectory() === true && !this.#ignore.ignores(path, true);
  }

  /** Whether a change of this path may change which other files are found. If so, the caller must discover again. */
  decidesOthers(path: string): boolean {
    return isIgnoreFile(path) || isTsconfig(path.slice(path.lastIndexOf('/') + 1)) || this.#extended.has(path);
  }

  /** Forgets the ignore files, so that they are read again. The caller calls this if decidesOthers(path) is true. */
  refresh(): void {
    this.#ignore.forget();
  }
}
