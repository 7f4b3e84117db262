import {
  ZERO,
  changeOf,
  seqOf,
  MalformedFact,
  decodeFact,
  type Change,
  type Entry,
  type GraphNode,
  type GraphState,
  type Offset,
  type Relationship,
} from '@graphtail/facts';
import { LogDamaged, type FactLog } from '@graphtail/log';
import { Turn } from '@graphtail/runtime';
import { readUpTo } from '../folding/read-up-to.ts';
import { Projection } from '../projection/projection.ts';
import { storedAddition } from './stored-entry.ts';

/** Steps that are kept, about 100 bytes each without the texts. Above this, the oldest are dropped, and half as many stay. */
const MAX_STEPS = 2_000_000;
const STEPS_AT_ONCE = 500;
/** Steps per entity of the state. Above this, rebuilding the indexes is cheaper than updating them with every step. */
const INDEXES_KEPT_WITHIN = 0.2;

/** What one fact changed. A reset is a list of deletions. */
type Step = Change | readonly Change[];
/** An entity before and after a range of facts; undefined if the entity did not exist. */
export type NetChange<Value> = { before: Entry<Value> | undefined; after: Entry<Value> | undefined };
export type NetChanges = {
  readonly nodes: Map<string, NetChange<GraphNode>>;
  readonly relationships: Map<string, NetChange<Relationship>>;
};

/**
 * A state that moves along the log in both directions. Each fact is folded once, and what it changed is kept as a step.
 * The state reaches any offset between its base and its end by undoing or redoing steps, at a fraction of the cost of folding.
 */
export class RewindableState {
  readonly #log: FactLog;
  readonly #state: GraphState;
  readonly #steps: Step[];
  #projection: Projection;
  #baseSeq: number;
  #seq: number;
  #end: Offset;

  /** @param state the new object owns and changes it: the caller must not use it any more */
  constructor(log: FactLog, cursor: Offset, state: GraphState, steps: Step[] = []) {
    this.#log = log;
    this.#state = state;
    this.#steps = steps;
    this.#projection = new Projection(state, cursor);
    this.#seq = seqOf(cursor);
    this.#baseSeq = this.#seq;
    this.#end = cursor;
  }

  /** A copy at the same offset. It shares entities and steps with this state, because neither is ever changed. */
  copy(): RewindableState {
    const { nodes, relationships, digest, anomalies } = this.#state;
    const state = { nodes: new Map(nodes), relationships: new Map(relationships), digest, anomalies };
    const copy = new RewindableState(this.#log, this.#projection.cursor, state, [...this.#steps]);
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
    return this.#state.nodes.size + this.#state.relationships.size;
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
    for (let index = seqOf(from) - this.#baseSeq; index < seqOf(to) - this.#baseSeq; index++) {
      for (const change of changesOf(this.#steps[index]!)) {
        if (change.kind === 'node') note(net.nodes, change.id, change);
        else if (change.kind === 'relationship') note(net.relationships, change.id, change);
      }
    }
    return net;
  }

  async #extend(to: Offset, signal: AbortSignal): Promise<void> {
    await this.#shift(seqOf(this.#end), signal);
    if (seqOf(to) - seqOf(this.#end) > this.size * INDEXES_KEPT_WITHIN) this.#forgetIndexes();
    for await (const part of readUpTo(this.#log, this.#end, to)) {
      signal.throwIfAborted();
      if (part instanceof LogDamaged) throw part;
      const { facts, through } = part;
      for (const fact of facts) {
        const step = stepOf(this.#state, fact);
        this.#do(step);
        this.#steps.push(step);
      }
      this.#seq = seqOf(through);
      this.#end = through;
    }
    if (this.#steps.length > MAX_STEPS) {
      const dropped = this.#steps.length - MAX_STEPS / 2;
      this.#steps.splice(0, dropped);
      this.#baseSeq += dropped;
    }
  }

  async #shift(to: number, signal: AbortSignal): Promise<void> {
    if (Math.abs(to - this.#seq) > this.size * INDEXES_KEPT_WITHIN) this.#forgetIndexes();
    const turn = new Turn();
    while (this.#seq !== to) {
      for (let done = 0; done < STEPS_AT_ONCE && this.#seq !== to; done++) {
        if (this.#seq < to) this.#do(this.#steps[this.#seq++ - this.#baseSeq]!);
        else this.#undo(this.#steps[--this.#seq - this.#baseSeq]!);
      }
      await turn.shared();
      signal.throwIfAborted();
    }
  }

  #forgetIndexes(): void {
    this.#projection = new Projection(this.#state, this.#projection.cursor);
  }

  #do(step: Step): void {
    for (const change of changesOf(step)) this.#projection.change(change);
  }

  #undo(step: Step): void {
    for (const change of changesOf(step).toReversed()) {
      if (change.kind === 'anomaly') this.#state.anomalies--;
      else this.#projection.change(inverse(change));
    }
  }
}

/** The change that a fact makes. The entity of an addition is not parsed. */
function stepOf(state: GraphState, json: string): Step {
  const addition = storedAddition(json);
  if (addition?.kind === 'node') return { ...addition, before: state.nodes.get(addition.id) };
  if (addition?.kind === 'relationship') return { ...addition, before: state.relationships.get(addition.id) };
  const fact = decodeFact(json);
  if (fact instanceof MalformedFact) return { kind: 'none' }; // the fold at the head has logged it
  const change = changeOf(state, fact);
  return change.kind === 'reset' ? deletionOf(state) : change;
}

/** A reset as changes that can be undone. */
function deletionOf(state: GraphState): Change[] {
  const changes: Change[] = [];
  for (const [id, before] of state.relationships) changes.push({ kind: 'relationship', id, before });
  for (const [id, before] of state.nodes) changes.push({ kind: 'node', id, before });
  return changes;
}

function changesOf(step: Step): readonly Change[] {
  return Array.isArray(step) ? (step as readonly Change[]) : [step as Change];
}

function inverse(change: Change): Change {
  if (change.kind !== 'node' && change.kind !== 'relationship') return change;
  const { kind, id, before, after } = change;
  return { kind, id, before: after, ...(before !== undefined && { after: before }) } as Change;
}

function note<Value>(changes: Map<string, NetChange<Value>>, id: string, { before, after }: Partial<NetChange<Value>>): void {
  const known = changes.get(id);
  if (known === undefined) changes.set(id, { before, after });
  else known.after = after;
}
