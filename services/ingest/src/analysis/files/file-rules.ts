import { join } from 'node:path';
import { isTsconfig } from '../config/tsconfig-files.ts';
import { languageOf } from '../languages.ts';
import { fileAt, statOf, type DiscoveredFile } from './discover.ts';
import { ExtendedConfigs } from './extended-configs.ts';
import { IGNORE_FILES, IgnoreRules } from './ignore-rules.ts';

/** Answers for a watcher what discoverFiles would make of a single path. */
export class FileRules {
  readonly #root: string;
  readonly #ignore: IgnoreRules;
  readonly #extended: ExtendedConfigs;

  constructor(root: string) {
    this.#root = root;
    this.#ignore = new IgnoreRules(root);
    this.#extended = new ExtendedConfigs(root);
  }

  /** What discoverFiles would say of this path; undefined where it would say nothing. */
  fileAt(path: string): DiscoveredFile | undefined {
    const language = languageOf(path)?.language ?? (this.#extended.has(path) ? 'config' : undefined);
    if (language === undefined || this.#ignore.ignores(path, false)) return undefined;
    return fileAt(this.#root, path, language);
  }

  /** What was discovered, with the configs that count only because others extend them. */
  withExtended(files: readonly DiscoveredFile[]): DiscoveredFile[] {
    const extended = this.#extended.find(files, (path) => !this.#ignore.ignores(path, false));
    return extended.length === 0 ? [...files] : [...files, ...extended].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Whether there is a folder of this path whose files are found. */
  isFolder(path: string): boolean {
    const stat = statOf(join(this.#root, path));
    return stat?.isDirectory() === true && !this.#ignore.ignores(path, true);
  }

  /** Whether a change of this path may change what is found elsewhere: the caller must then discover anew. */
  decidesOthers(path: string): boolean {
    const baseName = path.slice(path.lastIndexOf('/') + 1);
    return IGNORE_FILES.includes(baseName) || isTsconfig(baseName) || this.#extended.has(path);
  }

  /** To be called where decidesOthers(path): ignore files are read again. */
  refresh(): void {
    this.#ignore.forget();
  }
}
