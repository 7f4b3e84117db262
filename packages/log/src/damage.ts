import { epochOf, hashHighLane, offset, seqOf, splitPayload, MalformedFact, decodeFact, type Lanes, type Offset } from '@graphtail/facts';
import { continues, type Batch, type StreamEntry } from './batch.ts';
import { readEntry, type Damage } from './entry.ts';

/** The batch after a cursor is damaged. A retry does not help; the reader can go on at `damage.through`. */
export class LogDamaged extends Error {
  override readonly name = 'LogDamaged';
  readonly damage: Damage;
  /** The log's head when the damage was found. */
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

/** The sound batches before the first damage, and that damage, if any. */
export type Sound = { readonly batches: readonly Batch[]; readonly damage: Damage | undefined };

/**
 * Reads entries until the first that is damaged, or that does not continue the entry before it.
 * @param base running digest of the log before the first entry; undefined if it is no longer known, e.g. after trimming
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

/** Returns what is wrong with a batch's facts. If there is no running digest to start from, it parses the facts instead. */
function damageOf(batch: Batch, base: Lanes | undefined): string | undefined {
  const facts = splitPayload(batch.payload);
  if (facts.length !== batch.count) return `it holds ${String(facts.length)} facts and says ${String(batch.count)}`;
  if (base === undefined) return facts.some((json, index) => !isFactAt(json, batch, index)) ? 'it holds what is not a fact' : undefined;
  // One lane of the digest shows all accidents except one in 2^32. Both lanes would cost too much while a log is read.
  let { hi } = base;
  for (const json of facts) hi = (hi + hashHighLane(json)) | 0;
  return hi === batch.digest.hi ? undefined : 'its facts have another digest';
}

function isFactAt(json: string, { prev, through }: Batch, index: number): boolean {
  const fact = decodeFact(json);
  return !(fact instanceof MalformedFact) && fact.offset === offset(epochOf(through), seqOf(prev) + 1 + index);
}
