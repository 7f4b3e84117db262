import { seqOf, type Offset } from '@graphtail/facts';
import type { Encoder, Packet } from '../wire/encoders.ts';
import type { Filter } from './filter.ts';
import type { Pacer } from './pacer.ts';
import type { StoredBatch } from '../feed/stored-batch.ts';

/** What a subscriber wants of a batch. */
export type Wish = {
  readonly filter: Filter | undefined;
  readonly pacer: Pacer | undefined;
  /** The last fact that it wants; undefined if there is no end. It may lie beyond this batch. */
  readonly to: Offset | undefined;
};

/** What the subscriber gets of the batch now. */
export type Selection = {
  /** Indices of the facts in the batch, from 0. */
  readonly indices: readonly number[];
  /** Everything up to here was considered. */
  readonly through: Offset;
  /** Milliseconds until the next fact is due; undefined if the rest of the batch was considered. */
  readonly dueIn: number | undefined;
};

/** Whether a batch holds facts beyond `to`. */
export function endsInside(stored: StoredBatch, to: Offset | undefined): boolean {
  return to !== undefined && seqOf(to) < stored.throughSeq;
}

/**
 * Selects a batch's facts after a cursor that it continues, up to `to`. Leaves out facts that the filter rejects or that are not
 * due yet.
 */
export function select(stored: StoredBatch, after: Offset, { filter, pacer, to }: Wish, now: number): Selection {
  const end = endsInside(stored, to) ? seqOf(to!) - stored.prevSeq : stored.batch.count;
  const indices: number[] = [];
  let dueIn: number | undefined;
  let index = stored.indexAfter(after);
  for (; index < end; index++) {
    if (filter !== undefined && !filter(stored.keys[index]!)) continue;
    const ms = pacer?.dueIn(stored.keys[index]!.time, now) ?? 0;
    if (ms > 0) {
      dueIn = ms;
      break;
    }
    indices.push(index);
  }
  return { indices, through: stored.offsetAt(index - 1), dueIn };
}

/**
 * Encodes selected facts for the wire, and returns the subscriber's cursor after them.
 * @param each one message for each fact; then the cursor is the last fact sent, because its message says nothing of what follows it
 */
export function encodeSelection(
  stored: StoredBatch,
  { indices, through }: Selection,
  prev: Offset,
  encoder: Encoder,
  each: boolean,
): { readonly packet: Packet; readonly cursor: Offset } {
  if (prev === stored.batch.prev && indices.length === stored.batch.count) return { packet: stored.packet(encoder, each), cursor: through };
  if (!each) return { packet: encoder.encode([stored.selection(indices, prev, through)]), cursor: through };
  return { packet: encoder.encode(stored.selectionOfEach(indices, prev)), cursor: stored.offsetAt(indices.at(-1)!) };
}
