import { join } from 'node:path';
import { statOf } from '@graphtail/analysis';
import { gitFoldersOf } from './git-folder.ts';

/** A lock older than this was left behind by a git process that died. */
const LEFT_BEHIND_MS = 60_000;

/**
 * Whether git is changing the work tree that contains a root. A branch switch, merge or reset takes the index's lock before it
 * writes the first file, and fills the lock file after the last. While a user writes a commit message, git holds the lock too, but
 * the lock file is filled already.
 */
export class GitLock {
  readonly #path: string | undefined;

  constructor(root: string) {
    const folder = gitFoldersOf(root)?.own;
    this.#path = folder === undefined ? undefined : join(folder, 'index.lock');
  }

  get held(): boolean {
    if (this.#path === undefined) return false;
    const stat = statOf(this.#path);
    return stat?.size === 0 && Date.now() - stat.mtimeMs < LEFT_BEHIND_MS;
  }
}
