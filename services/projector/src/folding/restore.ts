import { ORIGIN, ZERO, emptyState, lanesFromHex, seqOf, type GraphState, type Lanes, type Offset } from '@graphtail/facts';
import type { FactLog, Snapshots } from '@graphtail/log';
import { shareStringsOfState } from './share-strings.ts';

/** A state, the cursor at which it is, and the log's running digest there. */
export type StateAt = { readonly state: GraphState; readonly cursor: Offset; readonly runningDigest: Lanes };

/** Where a fold begins. `unknown`: earlier facts are gone, so the state is not known until a `graph_reset`. */
export type Start = StateAt & { readonly from: 'snapshot' | 'log' | 'unknown' };

/**
 * The state of the newest valid snapshot; if there is none, the log from its beginning.
 * @param atOrBefore the highest seq that the snapshot may have; default: any
 */
export async function restore(log: FactLog, snapshots: Snapshots, atOrBefore = Infinity): Promise<Start> {
  const snapshot = await snapshots.newest(atOrBefore);
  if (snapshot === undefined) return fromTheBeginning(log);
  const { state, asOf, runningDigest } = snapshot;
  await shareStringsOfState(state);
  return { state, cursor: asOf, runningDigest: lanesFromHex(runningDigest), from: 'snapshot' };
}

/** The log from its beginning, without a snapshot. If the beginning was trimmed away, the log from its floor, with `unknown`. */
export async function fromTheBeginning(log: FactLog): Promise<Start> {
  const { floor } = await log.state();
  const state = emptyState();
  // The digest of the trimmed facts is not known here. The first folded batch brings the right running digest.
  if (seqOf(floor) > 0) return { state, cursor: floor, runningDigest: ZERO, from: 'unknown' };
  return { state, cursor: ORIGIN, runningDigest: ZERO, from: 'log' };
}

/** A copy that can be folded on without changing the original, because entities are never changed, only replaced. */
export function copyOf({ state, cursor, runningDigest }: StateAt): StateAt {
  const { nodes, relationships, digest, anomalies } = state;
  return { state: { nodes: new Map(nodes), relationships: new Map(relationships), digest, anomalies }, cursor, runningDigest };
}
