import { seqOf, type Offset } from '@graphtail/facts';
import type { FactLog } from './fact-log.ts';

/** How much of a log is kept; what is not given does not count. */
export type Retention = { readonly facts?: number | undefined; readonly bytes?: number | undefined; readonly ageMs?: number | undefined };

/** An append whose reply was lost is made again within this time, unless Redis is away; until then its entry answers for it. */
export const RETRIED_WITHIN_MS = 10_000;

export type RetentionOptions = {
  /** The time that ages are counted from, by Redis's clock. */
  readonly nowMs: number;
  /** Entries younger than this are spared. */
  readonly sparedMs?: number;
};

export function isBounded(retention: Retention): boolean {
  return Object.values(retention).some((bound) => bound !== undefined);
}

/**
 * Drops whole batches that no bound keeps, but none after the second-newest snapshot.
 * Gives back the floor, and where it would be if snapshots held nothing back.
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

/** The end of the last batch that no bound keeps and that is old enough to go. The log's last batch always stays: it tells the head. */
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

/** The last end of a batch that is not past a cursor. */
async function wholeBatches(log: FactLog, cursor: Offset): Promise<Offset> {
  const holding = (await log.readAfter(cursor, { entries: 1 })).batches[0];
  return holding?.prev ?? cursor;
}
