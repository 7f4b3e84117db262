import { addLanes, emptyState, entityHash, stateDigest, type FrameOf, type GraphState } from '@graphtail/facts';

/** Collects the frames of a snapshot into a state, and checks the state against the counts and the digest in the frames. */
export class SnapshotFold {
  readonly #begin: FrameOf<'snapshot_begin'>;
  readonly #state: GraphState = emptyState();

  constructor(begin: FrameOf<'snapshot_begin'>) {
    this.#begin = begin;
  }

  add(chunk: FrameOf<'snapshot_chunk'>): void {
    const state = this.#state;
    for (const value of chunk.nodes) {
      const hash = entityHash(value);
      state.nodes.set(value.id, { value, hash });
      state.digest = addLanes(state.digest, hash);
    }
    for (const value of chunk.relationships) {
      const hash = entityHash(value);
      state.relationships.set(value.id, { value, hash });
      state.digest = addLanes(state.digest, hash);
    }
  }

  /** Returns the state; undefined if it does not match what the frames say. */
  finish(end: FrameOf<'snapshot_end'>): GraphState | undefined {
    const { node_count: nodes, relationship_count: relationships, as_of: asOf } = this.#begin;
    const state = this.#state;
    const whole = state.nodes.size === nodes && state.relationships.size === relationships && end.as_of === asOf;
    return whole && stateDigest(state) === end.state_digest ? state : undefined;
  }
}
