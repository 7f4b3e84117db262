import { dirname, join, resolve } from 'node:path';
import { readText, statOf } from './analysis/index.ts';

/** A lock older than this was left behind by a git that died. */
const LEFT_BEHIND_MS = 60_000;
/** A path and a few words. */
const MAX_LINK_BYTES = 8 * 1024;

/**
 * Whether git is changing the work tree that a root lies in: a branch switch, merge or reset takes the index's lock before the first file
 * and writes it after the last. A commit whose message is being written holds it too, but has written it already.
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

/** Where git keeps the index of the work tree that a folder lies in; undefined where it lies in none. */
function gitFolderOf(root: string): string | undefined {
  for (let folder = resolve(root); ; folder = dirname(folder)) {
    const path = join(folder, '.git');
    const stat = statOf(path);
    if (stat?.isDirectory() === true) return path;
    // Of a linked work tree or a submodule, it is a file that says where.
    if (stat?.isFile() === true) return linkedGitFolder(folder);
    if (folder === dirname(folder)) return undefined;
  }
}

function linkedGitFolder(folder: string): string | undefined {
  try {
    return resolve(folder, /^gitdir: (.+)$/m.exec(readText(folder, '.git', MAX_LINK_BYTES))?.[1] ?? '.');
  } catch {
    return undefined; // gone again, or not what git writes
  }
}
