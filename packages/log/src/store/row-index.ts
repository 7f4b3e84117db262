import type { RelationshipColumns } from './relationship-columns.ts';

const EMPTY = 0;
const REMOVED = -1;

/** The rows of relationships by source, target and type: a hash table with linear probing, whose slots hold row + 1. */
export class RowIndex {
  readonly #columns: RelationshipColumns;
  #slots = new Int32Array(512);
  /** Slots that are not EMPTY. */
  #used = 0;
  #size = 0;

  constructor(columns: RelationshipColumns) {
    this.#columns = columns;
  }

  /** The row; -1 if there is none. */
  find(source: number, target: number, type: number): number {
    const slots = this.#slots;
    const { source: sources, target: targets, type: types } = this.#columns;
    const mask = slots.length - 1;
    for (let slot = hash(source, target, type) & mask; ; slot = (slot + 1) & mask) {
      const held = slots[slot]!;
      if (held === EMPTY) return -1;
      const row = held - 1;
      if (held !== REMOVED && sources[row] === source && targets[row] === target && types[row] === type) return row;
    }
  }

  /** Adds a row whose source, target and type no other row has. */
  add(row: number): void {
    if (2 * (this.#used + 1) > this.#slots.length) this.#rehash();
    this.#put(row);
    this.#used++;
    this.#size++;
  }

  remove(row: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = this.#home(row) & mask; slots[slot] !== EMPTY; slot = (slot + 1) & mask) {
      if (slots[slot] !== row + 1) continue;
      slots[slot] = REMOVED;
      this.#size--;
      return;
    }
  }

  copy(): RowIndex {
    const copy = new RowIndex(this.#columns);
    copy.#slots = this.#slots.slice();
    copy.#used = this.#used;
    copy.#size = this.#size;
    return copy;
  }

  #home(row: number): number {
    const { source, target, type } = this.#columns;
    return hash(source[row]!, target[row]!, type[row]!);
  }

  #put(row: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = this.#home(row) & mask;
    while (slots[slot] !== EMPTY) slot = (slot + 1) & mask;
    slots[slot] = row + 1;
  }

  /** Leaves out removed slots, and makes the table larger if it is still more than a quarter full. */
  #rehash(): void {
    const before = this.#slots;
    this.#slots = new Int32Array(4 * this.#size < before.length ? before.length : 2 * before.length);
    this.#used = this.#size;
    for (const held of before) if (held > 0) this.#put(held - 1);
  }
}

function hash(source: number, target: number, type: number): number {
  let mixed = Math.imul(source, 0x9e3779b1) ^ Math.imul(target + 0x7f4a7c15, 0x85ebca6b) ^ Math.imul(type, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
