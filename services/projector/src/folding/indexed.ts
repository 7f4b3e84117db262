import { Turn } from '@graphtail/runtime';
import { Projection, type IndexName } from '../projection/projection.ts';
import type { StateAt } from './restore.ts';

const INDEXED_AT_ONCE = 200;

/** Builds indexes without holding up the event loop; facts may be folded meanwhile. */
export async function prepare(projection: Projection, indexes: Iterable<IndexName>): Promise<Projection> {
  await new Turn().through(projection.prepare(indexes, INDEXED_AT_ONCE));
  return projection;
}

/** A state as a projection that has some indexes already. */
export async function indexed({ state, cursor, runningDigest }: StateAt, indexes: Iterable<IndexName>): Promise<Projection> {
  return prepare(new Projection(state, cursor, runningDigest), indexes);
}
