import { ZERO, seqOf, type Entry, type GraphNode, type Offset, type Relationship } from '@graphtail/facts';
import { LogDamaged, NOTHING, type EntryMap, type FactLog, type GraphStore } from '@graphtail/log';
import { Turn } from '@graphtail/runtime';
import { changeOfJson } from '../folding/change-of-json.ts';
import { readUpTo } from '../folding/read-up-to.ts';
import { Projection } from '../projection/projection.ts';
import { Steps, type Step } from './steps.ts';

/** Steps that are kept. Above this, the oldest are dropped, and half as many stay. */
const MAX_STEPS = 2_000_000;
const STEPS_AT_ONCE = 2_000;
/** Steps per entity of the state. Above this, rebuilding the indexes is cheaper than updating them with every step. */
const INDEXES_KEPT_WITHIN = 0.2;

/** An entity before and after a range of facts; undefined if the entity did not exist. */
export type NetChange<Value> = { before: Entry<Value> | undefined; after: Entry<Value> | undefined };
export type NetChanges = {
  readonly nodes: Map<string, NetChange<GraphNode>>;
  readonly relationships: Map<string, NetChange<Relationship>>;
};

/**
 * A state that moves along the log in both directions. Each fact is folded once, and the rows that it replaced are kept as a step.
 * The state reaches any offset between its base and its end by undoing or redoing steps, at a fraction of the cost of folding.
 */
export class RewindableState {
  readonly #log: FactLog;
  readonly #state: GraphStore;
  readonly #projection: Projection;
  #steps: Steps;
  #baseSeq: number;
  #seq: number;
  #end: Offset;

  /** @param state the new object owns and changes it: the caller must not use it any more */
  constructor(log: FactLog, cursor: Offset, state: GraphStore, steps = new Steps()) {
    this.#log = log;
    this.#state = state;
    this.#steps = steps;
    this.#projection = new Projection(state, cursor);
    this.#seq = seqOf(cursor);
    this.#baseSeq = this.#seq;
    this.#end = cursor;
  }

  /** A copy at the same offset. It shares the rows with this state, because rows are never changed. */
  copy(): RewindableState {
    const copy = new RewindableState(this.#log, this.#projection.cursor, this.#state.fork(), this.#steps.copy());
    copy.#baseSeq = this.#baseSeq;
    copy.#end = this.#end;
    return copy;
  }

  /** The seq of the offset at which the state is now. */
  get seq(): number {
    return this.#seq;
  }

  /** The last offset that was folded. The caller has to check whether the log still holds it. */
  get end(): Offset {
    return this.#end;
  }

  get size(): number {
    return this.#state.size;
  }

  /** Whether this state can move to an offset of its log. If not, a new state has to be built. */
  covers(offset: Offset): boolean {
    return seqOf(offset) >= this.#baseSeq;
  }

  /**
   * The state at an offset that was judged and is covered. It stays at this offset until the next move.
   * @throws {CursorRefused} if the log has lost the facts that are to be folded @throws {LogDamaged}
   */
  async moveTo(offset: Offset, signal: AbortSignal): Promise<Projection> {
    if (seqOf(offset) > seqOf(this.#end)) await this.#extend(offset, signal);
    await this.#shift(seqOf(offset), signal);
    this.#projection.advance(offset, ZERO);
    return this.#projection;
  }

  /** The net changes of the facts in (from, to]. Both offsets were folded. */
  changesBetween(from: Offset, to: Offset): NetChanges {
    const net: NetChanges = { nodes: new Map(), relationships: new Map() };
    const { nodes, relationships } = this.#state;
    for (let index = seqOf(from) - this.#baseSeq; index < seqOf(to) - this.#baseSeq; index++) {
      const step = this.#steps.at(index);
      if (step.kind === 'node') note(net.nodes, nodes, step.before, step.after);
      else if (step.kind === 'relationship') note(net.relationships, relationships, step.before, step.after);
      else if (step.kind === 'emptied') {
        for (const row of step.nodes) note(net.nodes, nodes, row, NOTHING);
        for (const row of step.relationships) note(net.relationships, relationships, row, NOTHING);
      }
    }
    return net;
  }

  async #extend(to: Offset, signal: AbortSignal): Promise<void> {
    await this.#shift(seqOf(this.#end), signal);
    if (seqOf(to) - seqOf(this.#end) > this.size * INDEXES_KEPT_WITHIN) this.#projection.forgetIndexes();
    for await (const part of readUpTo(this.#log, this.#end, to)) {
      signal.throwIfAborted();
      if (part instanceof LogDamaged) throw part;
      const { facts, through } = part;
      for (const json of facts) {
        const step = stepOf(this.#state, json);
        this.#do(step);
        this.#steps.push(step);
      }
      this.#seq = seqOf(through);
      this.#end = through;
    }
    if (this.#steps.length > MAX_STEPS) this.#dropSteps(this.#steps.length - MAX_STEPS / 2);
  }

  /** Drops the oldest steps, and the rows that only they need. */
  #dropSteps(count: number): void {
    const needed = { nodes: new Set<number>(), relationships: new Set<number>() };
    this.#steps = this.#steps.from(count, (step) => {
      if (step.kind === 'node' || step.kind === 'relationship') {
        const rows = step.kind === 'node' ? needed.nodes : needed.relationships;
        for (const row of [step.before, step.after]) if (row !== NOTHING) rows.add(row);
      } else if (step.kind === 'emptied') {
        for (const row of step.nodes) needed.nodes.add(row);
        for (const row of step.relationships) needed.relationships.add(row);
      }
      return step;
    });
    const { nodes, relationships } = this.#state.compact(needed);
    const moved = (rows: Int32Array, row: number): number => (row === NOTHING ? NOTHING : rows[row]!);
    this.#steps = this.#steps.from(0, (step) => {
      if (step.kind === 'emptied')
        return {
          ...step,
          nodes: step.nodes.map((row) => nodes[row]!),
          relationships: step.relationships.map((row) => relationships[row]!),
        };
      if (step.kind !== 'node' && step.kind !== 'relationship') return step;
      const rows = step.kind === 'node' ? nodes : relationships;
      return { kind: step.kind, before: moved(rows, step.before), after: moved(rows, step.after) };
    });
    this.#baseSeq += count;
  }

  async #shift(to: number, signal: AbortSignal): Promise<void> {
    if (Math.abs(to - this.#seq) > this.size * INDEXES_KEPT_WITHIN) this.#projection.forgetIndexes();
    const turn = new Turn();
    while (this.#seq !== to) {
      for (let done = 0; done < STEPS_AT_ONCE && this.#seq !== to; done++) {
        if (this.#seq < to) this.#do(this.#steps.at(this.#seq++ - this.#baseSeq));
        else this.#undo(this.#steps.at(--this.#seq - this.#baseSeq));
      }
      await turn.shared();
      signal.throwIfAborted();
    }
  }

  #do(step: Step): void {
    const projection = this.#projection;
    if (step.kind === 'emptied') {
      for (const row of step.relationships) projection.replace('relationship', row, NOTHING);
      for (const row of step.nodes) projection.replace('node', row, NOTHING);
    } else projection.change(step);
  }

  #undo(step: Step): void {
    const projection = this.#projection;
    if (step.kind === 'emptied') {
      for (const row of step.nodes) projection.replace('node', NOTHING, row);
      for (const row of step.relationships) projection.replace('relationship', NOTHING, row);
    } else if (step.kind === 'anomaly') this.#state.anomalies--;
    else if (step.kind === 'node' || step.kind === 'relationship') projection.replace(step.kind, step.after, step.before);
  }
}

/** The step that a fact makes. Its rows are written, but not present yet. */
function stepOf(state: GraphStore, json: string): Step {
  const change = changeOfJson(state, json) ?? { kind: 'none' }; // the fold at the head has logged a malformed one
  if (change.kind !== 'reset') return change as Step;
  return { kind: 'emptied', nodes: state.nodes.presentRows(), relationships: state.relationships.presentRows() };
}

function note<Value>(changes: Map<string, NetChange<Value>>, table: EntryMap<Value>, before: number, after: number): void {
  const id = table.columns.idOf(before === NOTHING ? after : before);
  const then = before === NOTHING ? undefined : table.entry(before);
  const now = after === NOTHING ? undefined : table.entry(after);
  const known = changes.get(id);
  if (known === undefined) changes.set(id, { before: then, after: now });
  else known.after = now;
}
