import { ZERO, addLanes, compareOffsets, hashText, seqOf, subtractLanes, type Offset } from '@graphtail/facts';
import { sliceAfter, type FactLog, type Snapshots } from '@graphtail/log';
import type { Projection } from '../projection/projection.ts';
import { MalformedFact, decodeFact } from './decode-fact.ts';
import { copyOf, restore } from './restore.ts';
import { Turn } from './turn.ts';

const KEPT = 4;
/** Nodes and relationships over all kept states; a graph larger than this keeps one. */
const KEPT_ENTITIES = 600_000;

/** A state can't be rebuilt: its beginning is trimmed away and no snapshot before it is left. */
export class StateGone extends Error {
  override readonly name = 'StateGone';
}

/**
 * A graph's states at past offsets, the least recently used dropped first. Each is folded forward from the nearest
 * snapshot or kept state before it. Offsets must have been judged: what is kept is named by offset alone.
 */
export class PastStates {
  readonly #log: FactLog;
  readonly #snapshots: Snapshots;
  readonly #kept = new Map<Offset, Promise<Projection>>();
  readonly #finished = new Map<Offset, Projection>();

  constructor(log: FactLog, snapshots: Snapshots) {
    this.#log = log;
    this.#snapshots = snapshots;
  }

  /**
   * The state after the fact at an offset.
   * @throws {StateGone} @throws {CursorRefused}
   */
  async at(offset: Offset): Promise<Projection> {
    let state = this.#kept.get(offset);
    if (state !== undefined) {
      this.#kept.delete(offset);
    } else {
      state = this.#build(offset);
      state.then(
        (projection) => this.#finished.set(offset, projection),
        () => this.#kept.delete(offset),
      );
    }
    this.#kept.set(offset, state);
    const projection = await state;
    this.#shrink();
    return projection;
  }

  #shrink(): void {
    let entities = [...this.#finished.values()].reduce((sum, each) => sum + each.nodes.size + each.relationships.size, 0);
    for (const [offset] of this.#kept) {
      if (this.#kept.size <= 1 || (this.#kept.size <= KEPT && entities <= KEPT_ENTITIES)) return;
      const projection = this.#finished.get(offset);
      if (projection === undefined) continue;
      this.#kept.delete(offset);
      this.#finished.delete(offset);
      entities -= projection.nodes.size + projection.relationships.size;
    }
  }

  async #build(offset: Offset): Promise<Projection> {
    const projection = await this.#startBefore(offset);
    const turn = new Turn();
    while (projection.cursor !== offset) {
      const { batches } = await this.#log.readAfter(projection.cursor);
      for (const batch of batches) {
        const { prev, facts } = sliceAfter(batch, projection.cursor);
        const wanted = seqOf(offset) - seqOf(prev);
        for (const json of facts.slice(0, wanted)) {
          const fact = decodeFact(json);
          if (!(fact instanceof MalformedFact)) projection.apply(fact); // the fold at the head has told of one that is not
        }
        const beyond = facts.slice(wanted).reduce((sum, json) => addLanes(sum, hashText(json)), ZERO);
        projection.advance(wanted < facts.length ? offset : batch.through, subtractLanes(batch.digest, beyond));
        if (seqOf(projection.cursor) >= seqOf(offset)) return projection;
        await turn.shared();
      }
    }
    return projection;
  }

  async #startBefore(offset: Offset): Promise<Projection> {
    const { projection, from } = await restore(this.#log, this.#snapshots, seqOf(offset));
    let nearest: Projection | undefined;
    for (const [at, kept] of this.#finished) {
      if (compareOffsets(at, offset) <= 0 && (nearest === undefined || compareOffsets(nearest.cursor, at) < 0)) nearest = kept;
    }
    // A state kept from before an epoch step may hold facts that the log has lost since.
    if (nearest !== undefined && seqOf(nearest.cursor) > seqOf(projection.cursor) && (await this.#log.judge(nearest.cursor)).ok)
      return copyOf(nearest);
    if (from === 'unknown')
      throw new StateGone(`the log before ${projection.cursor} is gone, and no snapshot at or before ${offset} is left`);
    return projection;
  }
}
