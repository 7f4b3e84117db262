import { lanesFromHex, seqOf } from '@graphtail/facts';
import type { FactLog, Snapshots } from '@graphtail/log';
import { Projection } from '../projection/projection.ts';
import { Turn } from './turn.ts';

const INDEXED_AT_ONCE = 200;

/** Where a fold begins: with a state, or (`unknown`) behind facts that are gone, until a `graph_reset` makes the state known. */
export type Start = { readonly projection: Projection; readonly from: 'snapshot' | 'log' | 'unknown' };

/**
 * The newest snapshot that still is a place in the log, else the log from its beginning.
 * @param atOrBefore highest seq that is of use; default: any
 */
export async function restore(log: FactLog, snapshots: Snapshots, atOrBefore = Infinity): Promise<Start> {
  const snapshot = await snapshots.newest(atOrBefore);
  if (snapshot === undefined) return fromTheBeginning(log);
  const projection = new Projection(snapshot.state, snapshot.asOf, lanesFromHex(snapshot.runningDigest));
  await new Turn().through(projection.index(INDEXED_AT_ONCE));
  return { projection, from: 'snapshot' };
}

/** The log from its beginning, whatever snapshots say; where the beginning was trimmed away, from its floor. */
export async function fromTheBeginning(log: FactLog): Promise<Start> {
  const { floor } = await log.state();
  if (seqOf(floor) === 0) return { projection: new Projection(), from: 'log' };
  return { projection: new Projection(undefined, floor), from: 'unknown' };
}

/** The same state, to be folded on without touching the original. */
export async function copyOf(original: Projection): Promise<Projection> {
  const { nodes, relationships, digest, anomalies } = original.state;
  const state = { nodes: new Map(nodes), relationships: new Map(relationships), digest, anomalies };
  const copy = new Projection(state, original.cursor, original.runningDigest);
  await new Turn().through(copy.index(INDEXED_AT_ONCE));
  return copy;
}
