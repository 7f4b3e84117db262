import { join } from 'node:path';
import { languageOf } from '../languages.ts';
import { fileAt, statOf, type DiscoveredFile } from './discover.ts';
import { IGNORE_FILES, IgnoreRules } from './ignore-rules.ts';

/** Answers for a watcher what discoverFiles would make of a single path. */
export class FileRules {
  readonly #root: string;
  readonly #ignore: IgnoreRules;

  constructor(root: string) {
    this.#root = root;
    this.#ignore = new IgnoreRules(root);
  }

  /** What discoverFiles would say of this path; undefined where it would say nothing. */
  fileAt(path: string): DiscoveredFile | undefined {
    const known = languageOf(path);
    if (known === undefined || this.#ignore.ignores(path, false)) return undefined;
    return fileAt(this.#root, path, known.language);
  }

  /** Whether there is a folder of this path whose files are found. */
  isFolder(path: string): boolean {
    const stat = statOf(join(this.#root, path));
    return stat?.isDirectory() === true && !this.#ignore.ignores(path, true);
  }

  /** Whether a change of this path may change what is found elsewhere: the caller must then discover anew. */
  decidesOthers(path: string): boolean {
    return IGNORE_FILES.includes(path.slice(path.lastIndexOf('/') + 1));
  }

  /** To be called where decidesOthers(path): ignore files are read again. */
  refresh(): void {
    this.#ignore.forget();
  }
}
