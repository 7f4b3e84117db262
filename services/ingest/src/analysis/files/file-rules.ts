import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { languageOf } from '../languages.ts';
import { IGNORE_FILES, IgnoreRules } from './ignore-rules.ts';

/** Answers for a watcher what discoverFiles would make of a single path. */
export class FileRules {
  readonly #root: string;
  readonly #ignore: IgnoreRules;

  constructor(root: string) {
    this.#root = root;
    this.#ignore = new IgnoreRules(root);
  }

  /** Whether discoverFiles would find a file of this path, if there is one. */
  includes(path: string): boolean {
    return languageOf(path) !== undefined && !this.#ignore.ignores(path, false);
  }

  /** Whether what is below this folder is found. */
  includesFolder(path: string): boolean {
    return !this.#ignore.ignores(path, true);
  }

  /** Whether a change of this path may change what is found elsewhere: the caller must then discover anew. */
  decidesOthers(path: string): boolean {
    return IGNORE_FILES.includes(path.slice(path.lastIndexOf('/') + 1));
  }

  /** To be called where decidesOthers(path): ignore files are read again. */
  refresh(): void {
    this.#ignore.forget();
  }

  /** The file's size in bytes where there is a regular file, else undefined. */
  sizeOf(path: string): number | undefined {
    const stat = lstatSync(join(this.#root, path), { throwIfNoEntry: false });
    return stat?.isFile() === true ? stat.size : undefined;
  }
}
