import type { GitState } from '@graphtail/facts';
import { gitFoldersOf } from './git-folder.ts';
import { GitLock } from './git-lock.ts';
import { readHead } from './git-head.ts';
import { isDirty } from './is-dirty.ts';

/** Where a root is in its repository's history, and what the log was last told of it. */
export class GitPlace {
  readonly #root: string;
  /** The commit of which the log knows, or with which this process began. */
  #told: string | undefined;
  /** The commit at the last {@link look}. */
  #seen: string | undefined;

  constructor(root: string) {
    this.#root = root;
    this.#told = this.#commit();
    this.#seen = this.#told;
  }

  /** Whether the log has yet to be told which commit is checked out. Runs no program. */
  get isUntold(): boolean {
    const commit = this.#commit();
    return commit !== undefined && commit !== this.#told;
  }

  /** Whether another commit is checked out than at the last look. While git is changing files, there is nothing to see yet. */
  look(): boolean {
    const commit = this.#commit();
    if (commit === undefined || commit === this.#seen || new GitLock(this.#root).held) return false;
    this.#seen = commit;
    return commit !== this.#told;
  }

  /** The commit that is checked out, as facts have it; undefined without a repository or a commit. */
  async read(): Promise<GitState | undefined> {
    const folders = gitFoldersOf(this.#root);
    const head = folders && readHead(folders);
    if (head === undefined) return undefined;
    const dirty = await isDirty(folders!, head);
    return { ...head, ...(dirty !== undefined && { dirty }) };
  }

  told(state: GitState | undefined): void {
    this.#told = state?.commit;
  }

  #commit(): string | undefined {
    const folders = gitFoldersOf(this.#root);
    return folders && readHead(folders)?.commit;
  }
}
