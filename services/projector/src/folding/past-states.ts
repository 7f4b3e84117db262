import { compareOffsets, seqOf, type Offset } from '@graphtail/facts';
import type { FactLog, Snapshots } from '@graphtail/log';
import type { Projection } from '../projection/projection.ts';
import { foldForward } from './fold-forward.ts';
import { indexed } from './indexed.ts';
import { copyOf, restore, type StateAt } from './restore.ts';

const KEPT = 4;
/** Nodes and relationships over all kept states; of a graph larger than this, one state is kept. */
const KEPT_ENTITIES = 600_000;

/** A state can't be rebuilt: its beginning is trimmed away and no snapshot before it is left. */
export class StateGone extends Error {
  override readonly name = 'StateGone';
}

/** A past state, and its indexes once somebody has asked for them. */
type Kept = { readonly built: Promise<StateAt>; done?: StateAt; projection?: Promise<Projection> };

/**
 * A graph's states at past offsets, the least recently used dropped first. Each is folded forward from the nearest
 * snapshot or kept state before it. Offsets must have been judged: what is kept is named by offset alone.
 */
export class PastStates {
  readonly #log: FactLog;
  readonly #snapshots: Snapshots;
  readonly #kept = new Map<Offset, Kept>();

  constructor(log: FactLog, snapshots: Snapshots) {
    this.#log = log;
    this.#snapshots = snapshots;
  }

  /**
   * The state after the fact at an offset; not to be changed.
   * @throws {StateGone} @throws {CursorRefused}
   */
  async stateAt(offset: Offset): Promise<StateAt> {
    return this.#use(offset).built;
  }

  /** The same with its indexes. */
  async at(offset: Offset): Promise<Projection> {
    const kept = this.#use(offset);
    kept.projection ??= kept.built.then((state) => indexed(state, []));
    return kept.projection;
  }

  #use(offset: Offset): Kept {
    let kept = this.#kept.get(offset);
    if (kept === undefined) {
      const fresh: Kept = { built: this.#build(offset) };
      fresh.built.then(
        (state) => {
          fresh.done = state;
          this.#shrink();
        },
        () => this.#kept.delete(offset),
      );
      kept = fresh;
    }
    this.#kept.delete(offset);
    this.#kept.set(offset, kept); // last in the map is the latest used
    return kept;
  }

  #shrink(): void {
    const sizeOf = ({ done }: Kept): number => (done === undefined ? 0 : done.state.nodes.size + done.state.relationships.size);
    let entities = [...this.#kept.values()].reduce((sum, kept) => sum + sizeOf(kept), 0);
    for (const [offset, kept] of this.#kept) {
      if (this.#kept.size <= 1 || (this.#kept.size <= KEPT && entities <= KEPT_ENTITIES)) return;
      if (kept.done === undefined) continue; // somebody waits for it
      this.#kept.delete(offset);
      entities -= sizeOf(kept);
    }
  }

  async #build(offset: Offset): Promise<StateAt> {
    return foldForward(this.#log, await this.#nearestBefore(offset), offset);
  }

  async #nearestBefore(offset: Offset): Promise<StateAt> {
    let nearest: StateAt | undefined;
    for (const { done } of this.#kept.values()) {
      if (done === undefined || compareOffsets(done.cursor, offset) > 0) continue;
      if (nearest === undefined || compareOffsets(nearest.cursor, done.cursor) < 0) nearest = done;
    }
    const saved = (await this.#snapshots.list()).some(
      (asOf) => seqOf(asOf) <= seqOf(offset) && seqOf(asOf) > seqOf(nearest?.cursor ?? asOf),
    );
    // A state kept from before an epoch step may hold facts that the log has lost since.
    if (nearest !== undefined && !saved && (await this.#log.judge(nearest.cursor)).ok) return copyOf(nearest);
    const start = await restore(this.#log, this.#snapshots, seqOf(offset));
    if (start.from === 'unknown')
      throw new StateGone(`the log before ${start.cursor} is gone, and no snapshot at or before ${offset} is left`);
    return start;
  }
}
