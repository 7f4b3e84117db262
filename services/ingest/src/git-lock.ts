import { lstatSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** A lock older than this was left behind by a git that died. */
const LEFT_BEHIND_MS = 60_000;

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
    const stat = lstatSync(this.#path, { throwIfNoEntry: false });
    return stat?.size === 0 && Date.now() - stat.mtimeMs < LEFT_BEHIND_MS;
  }
}

/** Where git keeps the index of the work tree that a folder lies in; undefined where it lies in none. */
function gitFolderOf(root: string): string | undefined {
  for (let folder = resolve(root); ; folder = dirname(folder)) {
    const path = join(folder, '.git');
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory() === true) return path;
    // Of a linked work tree or a submodule, it is a file that says where.
    if (stat?.isFile() === true) return resolve(folder, /^gitdir: (.+)$/m.exec(readFileSync(path, 'utf8'))?.[1] ?? '.');
    if (folder === dirname(folder)) return undefined;
  }
}
