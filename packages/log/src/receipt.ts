import {
  ORIGIN,
  ZERO,
  addLanes,
  hashText,
  lanesFromHex,
  lanesToHex,
  seqOf,
  subtractLanes,
  type Lanes,
  type Offset,
} from '@graphtail/facts';
import { sliceAfter } from './batch.ts';
import { CursorRefused } from './errors.ts';
import type { FactLog } from './fact-log.ts';

/** Evidence of an unbroken range: how many facts are in (from, to], and the sum of their hashes, 16 hex digits. */
export type Receipt = { readonly from: Offset; readonly to: Offset; readonly count: number; readonly digest: string };

/**
 * Returns the difference of two running digests, corrected if an offset divides a batch.
 * @throws {CursorRefused} if an offset is not a place in this log
 * @throws {RangeError} if `to` is before `from`
 */
export async function receipt(log: FactLog, from: Offset, to: Offset): Promise<Receipt> {
  if (seqOf(to) < seqOf(from)) throw new RangeError('to is before from');
  const [before, after] = [await digestAt(log, from), await digestAt(log, to)];
  return { from, to, count: seqOf(to) - seqOf(from), digest: lanesToHex(subtractLanes(after, before)) };
}

/** Returns the log's running digest after the fact at an offset. */
async function digestAt(log: FactLog, at: Offset): Promise<Lanes> {
  const verdict = await log.judge(at);
  if (!verdict.ok) throw new CursorRefused(verdict.refusal);
  if (at === ORIGIN) return ZERO;
  if (at === verdict.head) return lanesFromHex(verdict.digest);
  const ending = await log.batchEndingAt(at);
  if (ending !== undefined) return ending.digest;
  const next = (await log.readAfter(at, { entries: 1 })).batches[0];
  if (next === undefined) return lanesFromHex((await log.state()).digest);
  const remaining = sliceAfter(next, at).facts.reduce((sum, fact) => addLanes(sum, hashText(fact)), ZERO);
  return subtractLanes(next.digest, remaining);
}
