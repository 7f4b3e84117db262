import { Projection } from '../projection/projection.ts';
import type { StateAt } from './restore.ts';
import { Turn } from '@graphtail/runtime';

const INDEXED_AT_ONCE = 200;

/** A state with its indexes, made without holding up the event loop. */
export async function indexed({ state, cursor, runningDigest }: StateAt): Promise<Projection> {
  const projection = new Projection(state, cursor, runningDigest);
  await new Turn().through(projection.index(INDEXED_AT_ONCE));
  return projection;
}
