import { epochOf, hashHighLane, offset, seqOf, splitPayload, type Lanes, type Offset } from '@graphtail/facts';
import { continues, type Batch, type StreamEntry } from './batch.ts';
import { readEntry, type Damage } from './entry.ts';

/** What follows a cursor is damaged. No retry helps; `damage.through` is where to go on. */
export class LogDamaged extends Error {
  override readonly name = 'LogDamaged';
  readonly damage: Damage;
  /** A head that the log had when the damage was found. */
  readonly head: Offset;

  constructor(damage: Damage, head: Offset) {
    super(describeDamage(damage));
    this.damage = damage;
    this.head = head;
  }
}

export function describeDamage({ batchId, through, reason }: Damage): string {
  return `the batch ${batchId === '' ? '' : `${batchId} `}that ends at ${through} is damaged: ${reason}`;
}

/** Entries as far as they are sound, and the damage that comes after them, if any. */
export type Sound = { readonly batches: readonly Batch[]; readonly damage: Damage | undefined };

/**
 * Reads entries until the first that is damaged, or does not continue the one before it.
 * @param base running digest of the log before the first of them; undefined if nobody knows it any more, as after trimming
 */
export function soundEntries(entries: readonly StreamEntry[], cursor: Offset, base: Lanes | undefined): Sound {
  const batches: Batch[] = [];
  let [at, digest] = [cursor, base];
  for (const entry of entries) {
    const batch = readEntry(entry);
    if ('reason' in batch) return { batches, damage: batch };
    if (continues(batch, at)) {
      const reason = damageOf(batch, digest);
      if (reason !== undefined) return { batches, damage: { through: batch.through, batchId: batch.batchId, reason } };
    }
    batches.push(batch);
    if (!continues(batch, at)) break; // the reader judges its cursor
    [at, digest] = [batch.through, batch.digest];
  }
  return { batches, damage: undefined };
}

/** What is wrong with a batch's facts. Without a running digest to start from they are parsed instead. */
function damageOf(batch: Batch, base: Lanes | undefined): string | undefined {
  const facts = splitPayload(batch.payload);
  if (facts.length !== batch.count) return `it holds ${String(facts.length)} facts and says ${String(batch.count)}`;
  if (base === undefined) return facts.some((json, index) => !isFactAt(json, batch, index)) ? 'it holds what is not a fact' : undefined;
  // One lane of the digest tells an accident, but for one in 2^32: reading a log is no place to pay for both.
  let { hi } = base;
  for (const json of facts) hi = (hi + hashHighLane(json)) | 0;
  return hi === batch.digest.hi ? undefined : 'its facts have another digest';
}

function isFactAt(json: string, { prev, through }: Batch, index: number): boolean {
  try {
    const fact = JSON.parse(json) as { offset?: unknown } | null;
    return fact?.offset === offset(epochOf(through), seqOf(prev) + 1 + index);
  } catch {
    return false;
  }
}
