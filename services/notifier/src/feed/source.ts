import type { Offset } from '@graphtail/facts';
import type { Verdict } from '@graphtail/log';
import type { StoredBatch } from './stored-batch.ts';

/** What a subscription reads from: a graph's feed. */
export type Source = {
  /** The log's head, as far as the tail knows. */
  readonly head: Offset;
  /** What comes after a cursor: a batch in memory; `nothing` yet; or `older`, which only a page from Redis can tell. */
  after(cursor: Offset): StoredBatch | 'nothing' | 'older';
  /** Batches right after a cursor, which may lie inside the first one; empty if the cursor is the head. @throws {CursorRefused} */
  page(cursor: Offset): Promise<readonly StoredBatch[]>;
  judge(cursor: Offset): Promise<Verdict>;
};
