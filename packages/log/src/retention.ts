import { seqOf, type Offset } from '@graphtail/facts';
import type { FactLog } from './fact-log.ts';

/** How much of a log is kept; what is not given does not count. */
export type Retention = { readonly facts?: number | undefined; readonly bytes?: number | undefined; readonly ageMs?: number | undefined };

/**
 * Drops whole batches that no bound keeps, but none after the second-newest snapshot.
 * @param nowMs the time that ages are counted from. Gives back the floor, and where it would be if snapshots held nothing back.
 */
export async function applyRetention(
  log: FactLog,
  { facts, bytes, ageMs }: Retention,
  nowMs: number,
): Promise<{ floor: Offset; wanted: Offset }> {
  const state = await log.state();
  const cursors = await Promise.all([
    facts === undefined ? state.floor : log.resolve({ kind: 'last', count: facts }),
    bytes === undefined ? state.floor : log.cursorBefore((batch) => state.bytes - batch.bytes < bytes),
    ageMs === undefined ? state.floor : log.resolve({ kind: 'time', ms: nowMs - ageMs }),
  ]);
  const wanted = await wholeBatches(
    log,
    cursors.reduce((a, b) => (seqOf(a) > seqOf(b) ? a : b)),
  );
  if (seqOf(wanted) <= seqOf(state.floor)) return { floor: state.floor, wanted: state.floor };
  return { floor: (await log.trim(wanted)).floor, wanted };
}

/** The last end of a batch that is not past a cursor. */
async function wholeBatches(log: FactLog, cursor: Offset): Promise<Offset> {
  const holding = (await log.readAfter(cursor, { entries: 1 })).batches[0];
  return holding?.prev ?? cursor;
}
