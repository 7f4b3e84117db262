import { dirname, join, resolve } from 'node:path';
import { readText, statOf } from '@graphtail/analysis';

/** A lock older than this was left behind by a git process that died. */
const LEFT_BEHIND_MS = 60_000;
/** Size limit of a `.git` file: it holds a path and a few words. */
const MAX_LINK_BYTES = 8 * 1024;

/**
 * Whether git is changing the work tree that contains a root. A branch switch, merge or reset takes the index's lock before it
 * writes the first file, and fills the lock file after the last. While a user writes a commit message, git holds the lock too, but
 * the lock file is filled already.
 */
export class GitLock {
  readonly #path: string | undefined;

  constructor(root: string) {
    const folder = gitFolderOf(root);
    this.#path = folder === undefined ? undefined : join(folder, 'index.lock');
  }

  get held(): boolean {
    if (this.#path === undefined) return false;
    const stat = statOf(this.#path);
    return stat?.size === 0 && Date.now() - stat.mtimeMs < LEFT_BEHIND_MS;
  }
}

/** The folder in which git keeps the index of the work tree that contains `root`; undefined if no work tree contains it. */
function gitFolderOf(root: string): string | undefined {
  for (let folder = resolve(root); ; folder = dirname(folder)) {
    const path = join(folder, '.git');
    const stat = statOf(path);
    if (stat?.isDirectory() === true) return path;
    // In a linked work tree or a submodule, `.git` is a file with the path of that folder.
    if (stat?.isFile() === true) return linkedGitFolder(folder);
    if (folder === dirname(folder)) return undefined;
  }
}

function linkedGitFolder(folder: string): string | undefined {
  try {
    return resolve(folder, /^gitdir: (.+)$/m.exec(readText(folder, '.git', MAX_LINK_BYTES))?.[1] ?? '.');
  } catch {
    return undefined; // removed meanwhile, or not written by git
  }
}
