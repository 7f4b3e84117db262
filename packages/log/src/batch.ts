import { epochOf, offset, seqOf, splitPayload, MalformedFact, decodeFact, type Fact, type Lanes, type Offset } from '@graphtail/facts';

/** The version of an entry's format, written to its field `v`. */
export const ENTRY_VERSION = '1';

/** What one append wrote: facts with consecutive offsets, one Redis stream entry. */
export type Batch = {
  /** The offset before the batch. */
  readonly prev: Offset;
  /** The offset of its last fact, and the entry's ID. */
  readonly through: Offset;
  readonly count: number;
  /** Redis time of the append, in ms since 1970; never decreasing along the log. */
  readonly appendedAt: number;
  readonly batchId: string;
  /** Running digest of the log after this batch. */
  readonly digest: Lanes;
  /** Running total of payload bytes after this batch. */
  readonly bytes: number;
  /** The facts' JSON, joined by `,\n`. */
  readonly payload: string;
};

export type StreamEntry = [id: string, fields: string[]];

/** Whether the batch comes right after the cursor, or holds the cursor inside itself. If not, the cursor must be judged again. */
export function continues(batch: Batch, cursor: Offset): boolean {
  if (batch.prev === cursor) return true;
  const seq = seqOf(cursor);
  return epochOf(cursor) === epochOf(batch.through) && seqOf(batch.prev) < seq && seq < seqOf(batch.through);
}

/** Whether each batch follows the one before it, and the first comes right after the cursor or holds it inside. */
export function isContiguous(batches: readonly Batch[], cursor: Offset): boolean {
  let at = cursor;
  for (const batch of batches) {
    if (!continues(batch, at)) return false;
    at = batch.through;
  }
  return true;
}

export type Slice = { readonly prev: Offset; readonly through: Offset; readonly facts: string[] };

/** Returns the batch's facts after a cursor that the batch {@link continues}. */
export function sliceAfter(batch: Batch, cursor: Offset): Slice {
  const facts = splitPayload(batch.payload);
  if (batch.prev === cursor) return { prev: batch.prev, through: batch.through, facts };
  return { prev: cursor, through: batch.through, facts: facts.slice(seqOf(cursor) - seqOf(batch.prev)) };
}

/** Returns the offset of the batch's fact at `index`, from 0. */
export function offsetInBatch(batch: Batch, index: number): Offset {
  return offset(epochOf(batch.through), seqOf(batch.through) - batch.count + 1 + index);
}

/**
 * Returns the batch's facts after a cursor that the batch {@link continues}; all of its facts if it does not.
 * @throws {MalformedFact} if one of them is not a fact
 */
export function decodeFacts(batch: Batch, cursor: Offset): Fact[] {
  const texts = continues(batch, cursor) ? sliceAfter(batch, cursor).facts : splitPayload(batch.payload);
  return texts.map((text) => {
    const fact = decodeFact(text);
    if (fact instanceof MalformedFact) throw fact;
    return fact;
  });
}
