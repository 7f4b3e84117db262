import type { Entry } from '@graphtail/facts';
import { FEWEST, grown, moreThan } from './arrays.ts';

/** No row: the entity did not exist, or does not exist any more. */
export const NOTHING = -1;

/** A table of rows, some of which are the present ones, as a map from ids to entries. */
export abstract class EntryMap<Value> implements ReadonlyMap<string, Entry<Value>> {
  /** By row: 1 if it is present. */
  protected present = new Uint8Array(FEWEST);
  #size = 0;

  abstract readonly columns: { readonly rows: number; idOf(row: number): string; valueOf(row: number): Value };
  /** The present row of an id, or NOTHING. */
  abstract rowOf(id: string): number;
  /** A view of a row that stays as it is, whatever happens to the table. */
  abstract entry(row: number): Entry<Value>;

  get size(): number {
    return this.#size;
  }

  isPresent(row: number): boolean {
    return this.present[row] === 1;
  }

  protected setPresent(row: number, isPresent: boolean): void {
    if (row >= this.present.length) this.present = grown(this.present, moreThan(row));
    this.present[row] = isPresent ? 1 : 0;
    this.#size += isPresent ? 1 : -1;
  }

  protected copyPresent(other: EntryMap<Value>): void {
    this.present = other.present.slice();
    this.#size = other.#size;
  }

  protected forgetAll(): void {
    this.present = new Uint8Array(FEWEST);
    this.#size = 0;
  }

  /** The present rows at the time of the call, in the order in which they were written. */
  presentRows(): Int32Array {
    const rows = new Int32Array(this.#size);
    let found = 0;
    for (let row = 0; found < rows.length; row++) if (this.present[row] === 1) rows[found++] = row;
    return rows;
  }

  get(id: string): Entry<Value> | undefined {
    const row = this.rowOf(id);
    return row === NOTHING ? undefined : this.entry(row);
  }

  has(id: string): boolean {
    return this.rowOf(id) !== NOTHING;
  }

  *keys(): Generator<string, undefined, undefined> {
    for (let row = 0; row < this.columns.rows; row++) if (this.present[row] === 1) yield this.columns.idOf(row);
  }

  *values(): Generator<Entry<Value>, undefined, undefined> {
    for (let row = 0; row < this.columns.rows; row++) if (this.present[row] === 1) yield this.entry(row);
  }

  *entries(): Generator<[string, Entry<Value>], undefined, undefined> {
    for (let row = 0; row < this.columns.rows; row++) if (this.present[row] === 1) yield [this.columns.idOf(row), this.entry(row)];
  }

  [Symbol.iterator](): Generator<[string, Entry<Value>], undefined, undefined> {
    return this.entries();
  }

  forEach(callback: (entry: Entry<Value>, id: string, map: ReadonlyMap<string, Entry<Value>>) => void): void {
    for (const [id, entry] of this.entries()) callback(entry, id, this);
  }
}
