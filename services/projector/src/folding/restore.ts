import { ORIGIN, ZERO, lanesFromHex, seqOf, type Lanes, type Offset } from '@graphtail/facts';
import { GraphStore, type FactLog, type Snapshots } from '@graphtail/log';

/** A state, the cursor at which it is, and the log's running digest there. */
export type StateAt = { readonly state: GraphStore; readonly cursor: Offset; readonly runningDigest: Lanes };

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
  return { state, cursor: asOf, runningDigest: lanesFromHex(runningDigest), from: 'snapshot' };
}

/** The log from its beginning, without a snapshot. If the beginning was trimmed away, the log from its floor, with `unknown`. */
export async function fromTheBeginning(log: FactLog): Promise<Start> {
  const { floor } = await log.state();
  const state = new GraphStore();
  // The digest of the trimmed facts is not known here. The first folded batch brings the right running digest.
  if (seqOf(floor) > 0) return { state, cursor: floor, runningDigest: ZERO, from: 'unknown' };
  return { state, cursor: ORIGIN, runningDigest: ZERO, from: 'log' };
}
