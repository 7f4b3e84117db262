import type { Offset } from '@graphtail/facts';
import type { Verdict } from '@graphtail/log';
import type { StoredBatch } from './stored-batch.ts';

/** What a subscription reads from: a graph's feed. */
export type Source = {
  /** The log's head, as far as the tail knows. */
  readonly head: Offset;
  /**
   * What comes after a cursor: a batch in memory; `nothing` yet; `older`, which only a page from Redis can tell; `ahead`: the tail has not
   * read so far; `unknown`: the tail has no place in the log yet.
   */
  after(cursor: Offset): StoredBatch | 'nothing' | 'older' | 'ahead' | 'unknown';
  /** Batches right after a cursor, which may lie inside the first one; empty if the cursor is the head. @throws {CursorRefused} */
  page(cursor: Offset): Promise<readonly StoredBatch[]>;
  judge(cursor: Offset): Promise<Verdict>;
};
