import { ORIGIN, compareOffsets, seqOf, type Offset } from '@graphtail/facts';
import type { FactLog } from './fact-log.ts';

/** How much of a log is kept; what is not given does not count. */
export type Retention = { readonly facts?: number | undefined; readonly bytes?: number | undefined; readonly ageMs?: number | undefined };

/**
 * Drops whole batches that no bound keeps, but none after the second-newest snapshot.
 * @param nowMs the time that ages are counted from. Gives back the floor.
 */
export async function applyRetention(log: FactLog, { facts, bytes, ageMs }: Retention, nowMs: number): Promise<Offset> {
  const state = await log.state();
  const cursors = await Promise.all([
    facts === undefined ? ORIGIN : log.resolve({ kind: 'last', count: facts }),
    bytes === undefined ? ORIGIN : log.cursorBefore((batch) => state.bytes - batch.bytes < bytes),
    ageMs === undefined ? ORIGIN : log.resolve({ kind: 'time', ms: nowMs - ageMs }),
  ]);
  const through = cursors.reduce((a, b) => (compareOffsets(a, b) > 0 ? a : b));
  return seqOf(through) > seqOf(state.floor) ? (await log.trim(through)).floor : state.floor;
}
