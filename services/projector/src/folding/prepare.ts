import { Turn } from '@graphtail/runtime';
import type { IndexName, Projection } from '../projection/projection.ts';

const INDEXED_AT_ONCE = 200;

/** Builds indexes without blocking the event loop. Facts may be folded meanwhile. @throws the signal's reason */
export async function prepare(projection: Projection, indexes: Iterable<IndexName>, signal?: AbortSignal): Promise<void> {
  const turn = new Turn();
  for (const _ of projection.prepare(indexes, INDEXED_AT_ONCE)) {
    signal?.throwIfAborted();
    await turn.shared();
  }
}
