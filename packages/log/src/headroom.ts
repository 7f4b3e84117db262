import { seqOf, type Offset } from '@graphtail/facts';
import type { Consumers } from './consumers.ts';
import type { FactLog, LogState } from './fact-log.ts';
import { isBounded, type Retention } from './retention.ts';

/** The present rate is measured over this time, or over what is retained if that is less. */
const RATE_WINDOW_MS = 300_000;
/** How many durable cursors are reported one by one: the ones that are furthest behind. */
export const HEADROOM_CONSUMERS = 10;

/** Time until the next fact that a cursor needs may be trimmed, if the cursor stands still and facts come as fast as now. */
export type Headroom = {
  /** The name of the durable cursor. Undefined: a subscriber that disconnects now, at the head. */
  readonly consumer: string | undefined;
  /** 0: the fact may be trimmed at any moment, or is gone. Infinity: no facts come, and no bound is an age. */
  readonly seconds: number;
};

type Growth = { readonly factsPerSecond: number; readonly bytesPerSecond: number };
type Behind = { readonly facts: number; readonly bytes: number; readonly ageMs: number };

/**
 * Returns the headroom of a subscriber that disconnects now, and of the durable cursors that are furthest behind. Empty if nothing bounds
 * the log.
 */
export async function headroom(log: FactLog, consumers: Consumers, retention: Retention): Promise<Headroom[]> {
  if (!isBounded(retention)) return [];
  const [state, nowMs, stored] = [await log.state(), await log.now(), await consumers.list()];
  const growth = await growthOf(log, state, nowMs);
  const slowest = stored.sort((a, b) => seqOf(a.cursor) - seqOf(b.cursor)).slice(0, HEADROOM_CONSUMERS);
  const found: Headroom[] = [{ consumer: undefined, seconds: secondsLeft(retention, { facts: 0, bytes: 0, ageMs: 0 }, growth) }];
  for (const { name, cursor } of slowest) {
    const seconds = await secondsOf(log, cursor, { retention, growth, nowMs });
    if (seconds !== undefined) found.push({ consumer: name, seconds });
  }
  return found;
}

/** Undefined if the log has already lost the cursor for another reason than retention. */
async function secondsOf(
  log: FactLog,
  cursor: Offset,
  { retention, growth, nowMs }: { retention: Retention; growth: Growth; nowMs: number },
): Promise<number | undefined> {
  const verdict = await log.judge(cursor);
  if (!verdict.ok) return verdict.refusal.code === 'CURSOR_TOO_OLD' ? 0 : undefined;
  return secondsLeft(retention, await behind(log, cursor, verdict, nowMs), growth);
}

/** Returns how much the log holds after a cursor. @param cursor a place in the log */
async function behind(log: FactLog, cursor: Offset, { head, bytes }: LogState, nowMs: number): Promise<Behind> {
  const next = cursor === head ? undefined : (await log.readAfter(cursor, { entries: 1 })).batches[0];
  if (next === undefined) return { facts: 0, bytes: 0, ageMs: 0 };
  return {
    facts: seqOf(head) - seqOf(cursor),
    bytes: bytes - next.bytes + Buffer.byteLength(next.payload),
    ageMs: nowMs - next.appendedAt,
  };
}

async function growthOf(log: FactLog, state: LogState, nowMs: number): Promise<Growth> {
  const from = await log.resolve({ kind: 'time', ms: nowMs - RATE_WINDOW_MS });
  const { facts, bytes, ageMs } = await behind(log, from, state, nowMs);
  const isWhole = seqOf(from) > seqOf(state.floor) || seqOf(from) === 0;
  const seconds = (isWhole ? RATE_WINDOW_MS : Math.max(1_000, ageMs)) / 1_000;
  return { factsPerSecond: facts / seconds, bytesPerSecond: bytes / seconds };
}

function secondsLeft({ facts, bytes, ageMs }: Retention, gone: Behind, growth: Growth): number {
  const until = (room: number, perSecond: number): number => (room <= 0 ? 0 : room / perSecond); // Infinity at no growth
  return Math.min(
    facts === undefined ? Infinity : until(facts - gone.facts, growth.factsPerSecond),
    bytes === undefined ? Infinity : until(bytes - gone.bytes, growth.bytesPerSecond),
    ageMs === undefined ? Infinity : until(ageMs - gone.ageMs, 1_000),
  );
}
