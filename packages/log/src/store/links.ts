import type { RelationshipType } from '@graphtail/facts';
import { grown, moreThan, FEWEST } from './arrays.ts';
import type { RelationshipColumns } from './relationship-columns.ts';
import { findType } from './relationship-types.ts';

export type Direction = 'out' | 'in';

/** What is counted for each node, beside the total. */
const COUNTERS = ['total', 'calls', 'instantiations', 'seams', 'imported', 'imports', 'exports', 'uses', 'used'] as const;
type Counter = (typeof COUNTERS)[number];

/**
 * How many relationships touch a node: in `total`, where a relationship from a node to itself counts twice, and for the types that decide the
 * node's category. `imported` and `used` count what other nodes do: `used` is how often they call, reference or use it.
 */
export type Degree = Readonly<Record<Counter, number>>;

const NONE = Object.fromEntries(COUNTERS.map((counter) => [counter, 0])) as Degree;
const COUNTED_OUT: Partial<Record<RelationshipType, Counter>> = {
  calls: 'calls',
  instantiates: 'instantiations',
  seam: 'seams',
  imports: 'imports',
  exports: 'exports',
  uses: 'uses',
};
const COUNTED_IN: Partial<Record<RelationshipType, Counter>> = { imports: 'imported', calls: 'used', references: 'used', uses: 'used' };

/** Which counter of each end a relationship of a type raises; 0 for none. */
const outCounter = counters(COUNTED_OUT);
const inCounter = counters(COUNTED_IN);

function counters(counted: Partial<Record<RelationshipType, Counter>>): Uint8Array {
  const numbers = new Uint8Array(256);
  for (const [type, counter] of Object.entries(counted)) numbers[findType(type)] = COUNTERS.indexOf(counter);
  return numbers;
}

/**
 * Which relationships start and end at a node. The rows of one node, direction and type are a doubly linked list, so that
 * linking and unlinking a row is O(1). The heads of the lists are in a hash table by node, direction and type.
 */
export class Links {
  readonly #columns: RelationshipColumns;
  // By row. -1: there is none.
  #next = [new Int32Array(FEWEST), new Int32Array(FEWEST)] as [Int32Array, Int32Array];
  #previous = [new Int32Array(FEWEST), new Int32Array(FEWEST)] as [Int32Array, Int32Array];
  // By slot. A slot whose key is 0 is empty; a key is a symbol + 1.
  #keys = new Int32Array(512);
  #kinds = new Uint16Array(512);
  #heads = new Int32Array(512);
  #lengths = new Int32Array(512);
  #used = 0;
  /** By symbol, one number for each of COUNTERS. */
  #degrees = new Int32Array(FEWEST * COUNTERS.length);

  constructor(columns: RelationshipColumns) {
    this.#columns = columns;
  }

  link(row: number): void {
    if (row >= this.#next[0].length) this.#growRows(row);
    const { source, target, type } = this.#columns;
    this.#insert(row, 0, source[row]!, type[row]!);
    this.#insert(row, 1, target[row]!, type[row]!);
    this.#count(row, 1);
  }

  unlink(row: number): void {
    const { source, target, type } = this.#columns;
    this.#take(row, 0, source[row]!, type[row]!);
    this.#take(row, 1, target[row]!, type[row]!);
    this.#count(row, -1);
  }

  /** How many rows one node has in a direction and of a type. */
  length(symbol: number, direction: Direction, type: number): number {
    const slot = this.#find(symbol, kindOf(direction === 'out' ? 0 : 1, type));
    return slot < 0 ? 0 : this.#lengths[slot]!;
  }

  /** The rows of one node in a direction and of a type. The links must not change meanwhile. */
  *rows(symbol: number, direction: Direction, type: number): Generator<number, undefined, undefined> {
    const side = direction === 'out' ? 0 : 1;
    const slot = this.#find(symbol, kindOf(side, type));
    if (slot < 0 || this.#lengths[slot] === 0) return;
    const next = this.#next[side];
    for (let row = this.#heads[slot]!; row >= 0; row = next[row]!) yield row;
  }

  degreeOf(symbol: number): Degree {
    const at = symbol * COUNTERS.length;
    const degrees = this.#degrees;
    if (symbol < 0 || at >= degrees.length || degrees[at] === 0) return NONE;
    const [total, calls, instantiations, seams] = [degrees[at]!, degrees[at + 1]!, degrees[at + 2]!, degrees[at + 3]!];
    const [imported, imports, exports] = [degrees[at + 4]!, degrees[at + 5]!, degrees[at + 6]!];
    return { total, calls, instantiations, seams, imported, imports, exports, uses: degrees[at + 7]!, used: degrees[at + 8]! };
  }

  #insert(row: number, side: 0 | 1, symbol: number, type: number): void {
    const slot = this.#slotFor(symbol, kindOf(side, type));
    const head = this.#lengths[slot]!++ === 0 ? -1 : this.#heads[slot]!;
    this.#next[side][row] = head;
    this.#previous[side][row] = -1;
    if (head >= 0) this.#previous[side][head] = row;
    this.#heads[slot] = row;
  }

  #take(row: number, side: 0 | 1, symbol: number, type: number): void {
    const slot = this.#find(symbol, kindOf(side, type));
    const [next, previous] = [this.#next[side][row]!, this.#previous[side][row]!];
    this.#lengths[slot]!--;
    if (previous >= 0) this.#next[side][previous] = next;
    else this.#heads[slot] = next;
    if (next >= 0) this.#previous[side][next] = previous;
  }

  #count(row: number, step: 1 | -1): void {
    const { source, target, type } = this.#columns;
    const [from, to, kind] = [source[row]! * COUNTERS.length, target[row]! * COUNTERS.length, type[row]!];
    const last = Math.max(from, to) + COUNTERS.length;
    if (last > this.#degrees.length) this.#degrees = grown(this.#degrees, moreThan(last));
    const degrees = this.#degrees;
    degrees[from]! += step;
    degrees[to]! += step;
    if (outCounter[kind] !== 0) degrees[from + outCounter[kind]!]! += step;
    if (inCounter[kind] !== 0) degrees[to + inCounter[kind]!]! += step;
  }

  #growRows(row: number): void {
    const rows = Math.max(moreThan(row), this.#columns.source.length);
    for (const side of [0, 1] as const) {
      this.#next[side] = grown(this.#next[side], rows);
      this.#previous[side] = grown(this.#previous[side], rows);
    }
  }

  /** The slot of a list; -1 if there never was one. */
  #find(symbol: number, kind: number): number {
    const mask = this.#keys.length - 1;
    for (let slot = hash(symbol, kind) & mask; ; slot = (slot + 1) & mask) {
      const key = this.#keys[slot]!;
      if (key === 0) return -1;
      if (key === symbol + 1 && this.#kinds[slot] === kind) return slot;
    }
  }

  #slotFor(symbol: number, kind: number): number {
    const found = this.#find(symbol, kind);
    if (found >= 0) return found;
    if (3 * (this.#used + 1) > 2 * this.#keys.length) this.#rehash();
    const slot = this.#freeSlot(symbol, kind);
    this.#used++;
    this.#keys[slot] = symbol + 1;
    this.#kinds[slot] = kind;
    this.#lengths[slot] = 0;
    return slot;
  }

  #freeSlot(symbol: number, kind: number): number {
    const mask = this.#keys.length - 1;
    let slot = hash(symbol, kind) & mask;
    while (this.#keys[slot] !== 0) slot = (slot + 1) & mask;
    return slot;
  }

  /** Leaves out lists that have become empty. */
  #rehash(): void {
    const [keys, kinds, heads, lengths] = [this.#keys, this.#kinds, this.#heads, this.#lengths];
    let filled = 0;
    for (const length of lengths) if (length > 0) filled++;
    const size = 3 * filled < keys.length ? keys.length : 2 * keys.length;
    this.#keys = new Int32Array(size);
    this.#kinds = new Uint16Array(size);
    this.#heads = new Int32Array(size);
    this.#lengths = new Int32Array(size);
    this.#used = filled;
    for (let old = 0; old < keys.length; old++) {
      if (lengths[old] === 0) continue;
      const slot = this.#freeSlot(keys[old]! - 1, kinds[old]!);
      this.#keys[slot] = keys[old]!;
      this.#kinds[slot] = kinds[old]!;
      this.#heads[slot] = heads[old]!;
      this.#lengths[slot] = lengths[old]!;
    }
  }
}

function kindOf(side: 0 | 1, type: number): number {
  return type * 2 + side;
}

function hash(symbol: number, kind: number): number {
  const mixed = Math.imul(symbol ^ Math.imul(kind + 1, 0x9e3779b1), 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
