import { seqOf, type Offset } from '@graphtail/facts';
import type { FactLog } from './fact-log.ts';

/** How much of a log is kept. A bound that is undefined does not apply. */
export type Retention = { readonly facts?: number | undefined; readonly bytes?: number | undefined; readonly ageMs?: number | undefined };

/**
 * Within this time a producer repeats an append whose reply was lost, unless Redis is away. Until then the log keeps the entry, to answer
 * the retry.
 */
export const RETRIED_WITHIN_MS = 10_000;

export type RetentionOptions = {
  /** The time from which ages are counted, in ms since 1970 by Redis's clock. */
  readonly nowMs: number;
  /** Entries younger than this are kept. */
  readonly sparedMs?: number;
};

export function isBounded(retention: Retention): boolean {
  return Object.values(retention).some((bound) => bound !== undefined);
}

/**
 * Drops whole batches that exceed a bound, but none after the second-newest snapshot.
 * Returns the floor, and where the floor would be if snapshots held nothing back.
 */
export async function applyRetention(
  log: FactLog,
  retention: Retention,
  { nowMs, sparedMs = RETRIED_WITHIN_MS }: RetentionOptions,
): Promise<{ floor: Offset; wanted: Offset }> {
  const { floor } = await log.state();
  const wanted = await floorWanted(log, retention, { nowMs, sparedMs });
  if (seqOf(wanted) <= seqOf(floor)) return { floor, wanted: floor };
  return { floor: (await log.trim(wanted, sparedMs)).floor, wanted };
}

/**
 * Returns the end of the last batch that exceeds a bound and is old enough to drop. The log's last batch always stays, because it shows the
 * head.
 */
export async function floorWanted(
  log: FactLog,
  { facts, bytes, ageMs }: Retention,
  { nowMs, sparedMs = RETRIED_WITHIN_MS }: RetentionOptions,
): Promise<Offset> {
  const state = await log.state();
  const [last] = await log.readBefore(undefined, { entries: 1 });
  const bounds = await Promise.all([
    facts === undefined ? state.floor : log.resolve({ kind: 'last', count: facts }),
    bytes === undefined ? state.floor : log.cursorBefore((batch) => state.bytes - batch.bytes < bytes),
    ageMs === undefined ? state.floor : log.resolve({ kind: 'time', ms: nowMs - ageMs }),
  ]);
  const wanted = bounds.reduce(later);
  const young = await log.resolve({ kind: 'time', ms: nowMs - sparedMs });
  return wholeBatches(log, [wanted, young, last?.prev ?? state.floor].reduce(earlier));
}

function later(a: Offset, b: Offset): Offset {
  return seqOf(a) > seqOf(b) ? a : b;
}

function earlier(a: Offset, b: Offset): Offset {
  return seqOf(a) < seqOf(b) ? a : b;
}

/** Returns the last end of a batch that is at or before a cursor. */
async function wholeBatches(log: FactLog, cursor: Offset): Promise<Offset> {
  const holding = (await log.readAfter(cursor, { entries: 1 })).batches[0];
  return holding?.prev ?? cursor;
}
