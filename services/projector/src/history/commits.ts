import { MalformedFact, decodeFact, type Offset } from '@graphtail/facts';
import type { PastBatch } from './read-back.ts';

/** Facts that one answer scans at most, the newest ones. */
const MAX_SCANNED = 2_000_000;
const COMPLETED = '"event_type":"analysis_completed"';

/** A commit of the repository, and the offset at which the graph was first in step with it. */
export type CommitPlace = {
  readonly commit: string;
  readonly branch: string | null;
  /** null: it is not known whether tracked files differed. */
  readonly dirty: boolean | null;
  readonly offset: Offset;
  readonly at: string;
};

/** Collects the commits that analyses name, from batches that come newest first. */
export class CommitCollector {
  readonly commits: CommitPlace[] = [];
  readonly #prefix: string;
  readonly #most: number;
  #scanned = 0;
  #isFull = false;

  /** @param prefix how the hashes begin */
  constructor(prefix: string, most: number) {
    this.#prefix = prefix;
    this.#most = most;
  }

  /** False if the batch, or a part of it, was not looked at. */
  take({ facts }: PastBatch): boolean {
    if (this.#isFull || this.#scanned >= MAX_SCANNED) return false;
    this.#scanned += facts.length;
    for (const json of facts.toReversed()) if (json.includes(COMPLETED)) this.#add(json);
    return !this.#isFull;
  }

  /** Several analyses in a row at one commit are one: the oldest, because what follows was changed after it. */
  #add(json: string): void {
    const fact = decodeFact(json);
    if (fact instanceof MalformedFact || fact.event_type !== 'analysis_completed' || fact.data.git === undefined) return;
    const { commit, branch, dirty = null } = fact.data.git;
    if (!commit.startsWith(this.#prefix)) return;
    const place = { commit, branch, dirty, offset: fact.offset, at: fact.timestamp };
    if (this.commits.at(-1)?.commit === commit) this.commits.pop();
    else if (this.commits.length === this.#most) {
      this.#isFull = true;
      return;
    }
    this.commits.push(place);
  }
}
