import { compareOffsets, epochOf, seqOf, type Fact, type Offset } from '@graphtail/facts';

export type Totals = { readonly nodes: number; readonly relationships: number };

/**
 * The number of last facts whose change is remembered, a byte each. It is enough for an anchor that arrives seconds late while many facts
 * come.
 */
const REMEMBERED = 1 << 17;

const NOTHING = 0;
const RESET = 5;
const NODES = [0, 1, -1, 0, 0];
const RELATIONSHIPS = [0, 0, 0, 1, -1];

function codeOf(fact: Fact): number {
  switch (fact.event_type) {
    case 'node_added':
      return 1;
    case 'node_deleted':
      return 2;
    case 'relationship_added':
      return 3;
    case 'relationship_deleted':
      return 4;
    case 'graph_reset':
      return RESET;
    default:
      return NOTHING;
  }
}

/**
 * Node and relationship totals at the cursor, without holding the graph: the projector's totals at some offset (the anchor), plus what
 * later facts added and removed. Ingest appends only differences, so `added` is a new entity and `deleted` an existing one. If a log breaks
 * that rule, the next anchor, which follows each burst of facts, corrects the totals.
 */
export class Counts {
  readonly #codes = new Int8Array(REMEMBERED);
  #start: number | undefined; // seq of the cursor before the first remembered fact
  #cursor: Offset | undefined;
  /** The first received seq of each epoch, in order. */
  #epochs: { readonly from: number; readonly epoch: number }[] = [];
  #anchor: (Totals & { readonly offset: Offset }) | undefined;
  #totals: Totals | undefined;

  /** Totals at `asOf`; undefined while no anchor reaches the remembered facts. */
  get totals(): Totals | undefined {
    return this.#totals;
  }

  /** The offset of the totals: the cursor, or the anchor if it is ahead. */
  get asOf(): Offset | undefined {
    if (this.#anchor === undefined || this.#cursor === undefined) return this.#anchor?.offset ?? this.#cursor;
    return seqOf(this.#anchor.offset) > seqOf(this.#cursor) ? this.#anchor.offset : this.#cursor;
  }

  /** Forgets everything, because the graph or its log is another one. */
  clear(): void {
    this.#start = undefined;
    this.#cursor = undefined;
    this.#epochs = [];
    this.#anchor = undefined;
    this.#totals = undefined;
  }

  /** Counts the facts after `prev`. If `prev` is not the present cursor, everything counted before is forgotten first. */
  add(prev: Offset, facts: readonly Fact[], through: Offset): void {
    if (this.#cursor !== prev) {
      if (this.#cursor !== undefined) this.clear();
      this.#start = seqOf(prev);
      this.#epochs = [{ from: seqOf(prev), epoch: epochOf(prev) }];
    }
    if (this.#epochs.at(-1)?.epoch !== epochOf(through)) this.#epochs.push({ from: seqOf(prev) + 1, epoch: epochOf(through) });
    for (const fact of facts) this.#count(seqOf(fact.offset), codeOf(fact));
    this.#cursor = through;
    if (this.#anchor !== undefined && !this.mayHold(this.#anchor.offset)) this.#anchor = this.#totals = undefined;
    if (this.#start !== undefined) this.#start = Math.max(this.#start, seqOf(through) - REMEMBERED);
    if (this.#totals === undefined && this.#anchor !== undefined) this.#recount();
  }

  /** False if an offset is certainly not in the counted log: another fact was received at its place, or a newer epoch before it. */
  mayHold(offset: Offset): boolean {
    if (this.#cursor === undefined || this.#start === undefined || seqOf(offset) < this.#start) return true;
    if (seqOf(offset) > seqOf(this.#cursor)) return epochOf(offset) >= epochOf(this.#cursor);
    return this.#epochs.findLast(({ from }) => from <= seqOf(offset))?.epoch === epochOf(offset);
  }

  /**
   * Takes the projector's totals at an offset. False if they can't be carried to the cursor, because they are older than the remembered
   * facts, or of an epoch without our last facts.
   */
  anchor(offset: Offset, totals: Totals): boolean {
    if (!this.mayHold(offset)) return false;
    if (this.#anchor !== undefined && offset !== this.#cursor && compareOffsets(offset, this.#anchor.offset) < 0) return false;
    this.#anchor = { offset, ...totals };
    return this.#recount();
  }

  #count(seq: number, code: number): void {
    this.#codes[seq % REMEMBERED] = code;
    if (this.#anchor === undefined || this.#totals === undefined || seq <= seqOf(this.#anchor.offset)) return;
    this.#totals = applied(this.#totals, code);
  }

  #recount(): boolean {
    this.#totals = undefined;
    const anchor = this.#anchor;
    if (anchor === undefined) return false;
    const from = seqOf(anchor.offset);
    const to = this.#cursor === undefined ? from : seqOf(this.#cursor);
    if (this.#cursor !== undefined && from < to) {
      if (this.#start === undefined || from < this.#start) return false;
    }
    let totals: Totals = { nodes: anchor.nodes, relationships: anchor.relationships };
    for (let seq = from + 1; seq <= to; seq++) totals = applied(totals, this.#codes[seq % REMEMBERED] ?? NOTHING);
    this.#totals = totals;
    return true;
  }
}

function applied(totals: Totals, code: number): Totals {
  if (code === NOTHING) return totals;
  if (code === RESET) return { nodes: 0, relationships: 0 };
  return { nodes: totals.nodes + (NODES[code] ?? 0), relationships: totals.relationships + (RELATIONSHIPS[code] ?? 0) };
}
