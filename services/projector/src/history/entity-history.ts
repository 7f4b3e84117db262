import { seqOf, splitPayload, MalformedFact, decodeFact, type Fact, type Offset } from '@graphtail/facts';
import { offsetInBatch, type FactLog } from '@graphtail/log';
import { Turn } from '@graphtail/runtime';

/** Facts that one answer scans at most. If there are more, `next` says where the next request continues. */
const MAX_SCANNED = 500_000;

export type EntityHistory = {
  /** Newest first. */
  readonly facts: readonly Fact[];
  /** The offset to request for older facts; null if the log has no more. */
  readonly next: Offset | null;
};

/** The facts about an entity up to an offset, newest first. Only facts whose text contains the entity's id are parsed. */
export async function historyOf(log: FactLog, id: string, upTo: Offset, limit: number, signal: AbortSignal): Promise<EntityHistory> {
  const mark = `"entity_id":${JSON.stringify(id)}`;
  const facts: Fact[] = [];
  const turn = new Turn();
  let scanned = 0;
  let before: Offset | undefined;
  for (;;) {
    const batches = await log.readBefore(before);
    if (batches.length === 0) return { facts, next: null };
    for (const batch of batches) {
      before = batch.through;
      if (seqOf(batch.prev) >= seqOf(upTo)) continue;
      scanned += batch.count;
      if (batch.payload.includes(mark)) {
        const texts = splitPayload(batch.payload);
        for (let index = texts.length - 1; index >= 0; index--) {
          const at = offsetInBatch(batch, index);
          if (seqOf(at) > seqOf(upTo) || !texts[index]!.includes(mark)) continue;
          const fact = decodeFact(texts[index]!);
          if (fact instanceof MalformedFact || fact.entity_id !== id) continue;
          // The search goes on until one fact more than `limit`, so that `next` is set only if there is one.
          if (facts.length === limit) return { facts, next: at };
          facts.push(fact);
        }
      }
      if (scanned >= MAX_SCANNED) return { facts, next: batch.prev };
      await turn.shared();
      signal.throwIfAborted();
    }
  }
}
