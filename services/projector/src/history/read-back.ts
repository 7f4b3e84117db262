import { seqOf, splitPayload, type Offset } from '@graphtail/facts';
import type { FactLog } from '@graphtail/log';
import { Turn } from '@graphtail/runtime';

/** A batch's facts, or those of them within the range that is read. */
export type PastBatch = { readonly prev: Offset; readonly through: Offset; readonly appendedAt: number; readonly facts: readonly string[] };

/**
 * The batches up to an offset, newest first, each with its facts' JSON in the log's order. Ends after `from`, or at the log's floor.
 * @param from the offset before the first fact; undefined: as far back as the log reaches
 * @throws the signal's reason
 */
export async function* readBack(log: FactLog, from: Offset | undefined, upTo: Offset, signal: AbortSignal): AsyncGenerator<PastBatch> {
  const [first, last] = [from === undefined ? 0 : seqOf(from), seqOf(upTo)];
  const turn = new Turn();
  let before: Offset | undefined;
  for (;;) {
    const batches = await log.readBefore(before);
    if (batches.length === 0) return;
    for (const batch of batches) {
      before = batch.through;
      const { appendedAt } = batch;
      const [start, end] = [seqOf(batch.prev), seqOf(batch.through)];
      if (start >= last) continue;
      if (end <= first) return;
      const facts = splitPayload(batch.payload).slice(Math.max(0, first - start), last - start);
      yield { prev: start < first ? from! : batch.prev, through: end > last ? upTo : batch.through, appendedAt, facts };
      await turn.shared();
      signal.throwIfAborted();
    }
  }
}
