import { ORIGIN, ZERO, emptyState, lanesFromHex, seqOf, type GraphState, type Lanes, type Offset } from '@graphtail/facts';
import type { FactLog, Snapshots } from '@graphtail/log';
import { shareStringsOfState } from './share-strings.ts';

/** A state and the cursor that it is of. */
export type StateAt = { readonly state: GraphState; readonly cursor: Offset; readonly runningDigest: Lanes };

/** Where a fold begins: with a state, or (`unknown`) behind facts that are gone, until a `graph_reset` makes the state known. */
export type Start = StateAt & { readonly from: 'snapshot' | 'log' | 'unknown' };

/**
 * The newest snapshot that still is a place in the log, else the log from its beginning.
 * @param atOrBefore highest seq that is of use; default: any
 */
export async function restore(log: FactLog, snapshots: Snapshots, atOrBefore = Infinity): Promise<Start> {
  const snapshot = await snapshots.newest(atOrBefore);
  if (snapshot === undefined) return fromTheBeginning(log);
  const { state, asOf, runningDigest } = snapshot;
  await shareStringsOfState(state);
  return { state, cursor: asOf, runningDigest: lanesFromHex(runningDigest), from: 'snapshot' };
}

/** The log from its beginning, whatever snapshots say; where the beginning was trimmed away, from its floor. */
export async function fromTheBeginning(log: FactLog): Promise<Start> {
  const { floor } = await log.state();
  const state = emptyState();
  // The digest of what was trimmed is not known here; the first batch folded brings the right one.
  if (seqOf(floor) > 0) return { state, cursor: floor, runningDigest: ZERO, from: 'unknown' };
  return { state, cursor: ORIGIN, runningDigest: ZERO, from: 'log' };
}

/** The same state, to be folded on without touching the original: entities are never changed, only replaced. */
export function copyOf({ state, cursor, runningDigest }: StateAt): StateAt {
  const { nodes, relationships, digest, anomalies } = state;
  return { state: { nodes: new Map(nodes), relationships: new Map(relationships), digest, anomalies }, cursor, runningDigest };
}
