import { compareOffsets, seqOf, type Offset } from '@graphtail/facts';
import { LogDamaged, type FactLog, type Snapshots } from '@graphtail/log';
import { restore } from '../folding/restore.ts';
import type { Projection } from '../projection/projection.ts';
import { RewindableState, type NetChange, type NetChanges } from './rewindable-state.ts';
import { startAtOrBefore } from './start.ts';

/** States kept at once: one for the head and one for the past. */
const MAX_STATES = 2;
/** Nodes and relationships over all kept states. Above this, only one state is kept. */
const MAX_ENTITIES = 3_000_000;
/** In facts. Moving a state over this many facts takes a few milliseconds. */
const NEAR = 2_000;
/** In facts. Folding this many facts costs about as much as loading a snapshot. */
const FAR = 200_000;

/** A graph's state at any offset. A few kept states move along the log to the offset that is requested. */
export class GraphStates {
  readonly log: FactLog;
  readonly #snapshots: Snapshots;
  /** In order of use: the most recently used is last. */
  #states: RewindableState[] = [];

  constructor(log: FactLog, snapshots: Snapshots) {
    this.log = log;
    this.#snapshots = snapshots;
  }

  /**
   * The state at an offset that was judged. It stays at this offset until the next call.
   * @throws {StateGone} if the state can't be rebuilt any more @throws {CursorRefused} @throws {LogDamaged}
   */
  async at(offset: Offset, signal: AbortSignal): Promise<Projection> {
    try {
      return await (await this.#stateFor(offset)).moveTo(offset, signal);
    } catch (error) {
      if (!(error instanceof LogDamaged)) throw error;
      return (await this.#stateBehind(error, offset)).moveTo(offset, signal);
    }
  }

  /**
   * A state from a snapshot at or after the end of the damaged batch. It holds the batch's facts, because no snapshot is
   * saved while the state lacks them.
   * @throws {LogDamaged} if there is no such snapshot: the state is not known
   */
  async #stateBehind(error: LogDamaged, offset: Offset): Promise<RewindableState> {
    const start = await restore(this.log, this.#snapshots, seqOf(offset));
    if (start.from !== 'snapshot' || seqOf(start.cursor) < seqOf(error.damage.through)) throw error;
    const state = new RewindableState(this.log, start.cursor, start.state);
    this.#states = [state];
    return state;
  }

  /** The changes that lead from one offset to another, in either direction. Both offsets were judged. @throws as {@link at} */
  async changes(from: Offset, to: Offset, signal: AbortSignal): Promise<NetChanges> {
    const [early, late] = compareOffsets(from, to) <= 0 ? [from, to] : [to, from];
    const state = await this.#stateFor(early);
    await state.moveTo(late, signal);
    const changes = state.changesBetween(early, late);
    return early === from ? changes : { nodes: reversed(changes.nodes), relationships: reversed(changes.relationships) };
  }

  async #stateFor(offset: Offset): Promise<RewindableState> {
    await this.#dropLost();
    const nearest = this.#states.filter((state) => state.covers(offset)).sort((a, b) => distance(a, offset) - distance(b, offset))[0];
    const state =
      nearest === undefined || (await this.#isFarAhead(nearest, offset)) ? await this.#newState(offset) : this.#nearby(nearest, offset);
    this.#states = [...this.#states.filter((each) => each !== state), state];
    const size = this.#states.reduce((sum, each) => sum + each.size, 0);
    this.#states.splice(0, this.#states.length - (size > MAX_ENTITIES ? 1 : MAX_STATES));
    return state;
  }

  /** The state to move: the given one, or a copy of it if its present offset is likely to be needed again. */
  #nearby(state: RewindableState, offset: Offset): RewindableState {
    if (distance(state, offset) <= NEAR || this.#states.length === MAX_STATES || 2 * state.size > MAX_ENTITIES) return state;
    return state.copy();
  }

  /** Whether loading a snapshot is cheaper than folding the facts up to the offset. */
  async #isFarAhead(state: RewindableState, offset: Offset): Promise<boolean> {
    if (seqOf(offset) - seqOf(state.end) <= FAR) return false;
    return (await this.#snapshots.list()).some((asOf) => seqOf(asOf) > seqOf(state.end) + FAR && seqOf(asOf) <= seqOf(offset));
  }

  /** Drops states whose end is no longer in the log. After an epoch step, the log may have lost facts that a state holds. */
  async #dropLost(): Promise<void> {
    const verdicts = await Promise.all(this.#states.map(async (state) => (await this.log.judge(state.end)).ok));
    this.#states = this.#states.filter((_, index) => verdicts[index]);
  }

  async #newState(offset: Offset): Promise<RewindableState> {
    const { cursor, state } = await startAtOrBefore(this.log, this.#snapshots, offset);
    return new RewindableState(this.log, cursor, state);
  }
}

function reversed<Value>(changes: ReadonlyMap<string, NetChange<Value>>): Map<string, NetChange<Value>> {
  return new Map(Array.from(changes, ([id, { before, after }]) => [id, { before: after, after: before }]));
}

function distance(state: RewindableState, offset: Offset): number {
  return Math.abs(state.seq - seqOf(offset));
}
