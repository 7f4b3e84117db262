import type { Entry, Lanes, Relationship, RelationshipType } from '@graphtail/facts';
import { EntryMap, NOTHING } from './entry-map.ts';
import { Links, type Degree, type Direction } from './links.ts';
import { RelationshipColumns } from './relationship-columns.ts';
import { findType, typeCount, typeWithNumber } from './relationship-types.ts';
import { RowIndex } from './row-index.ts';
import type { Symbols } from './symbols.ts';

/** The relationships of a state by id, and, once a query needs it, by the nodes at their ends. */
export class RelationshipTable extends EntryMap<Relationship> {
  columns: RelationshipColumns;
  #index: RowIndex;
  readonly #odd = new Map<string, number>();
  readonly #ofType = new Int32Array(256);
  #links: Links | undefined;
  /** Rows from here on are not linked yet. */
  #linkedBefore = 0;

  constructor(symbols: Symbols) {
    super();
    this.columns = new RelationshipColumns(symbols);
    this.#index = new RowIndex(this.columns);
  }

  rowOf(id: string): number {
    const odd = this.#odd.get(id);
    if (odd !== undefined) return odd;
    const ends = splitId(id);
    if (ends === undefined) return NOTHING;
    const { symbols } = this.columns;
    const [source, target, type] = [symbols.find(ends.source), symbols.find(ends.target), findType(ends.type)];
    return source < 0 || target < 0 || type < 0 ? NOTHING : this.#index.find(source, target, type);
  }

  /** The row whose id is made of these ends and this type. */
  rowWithEnds(source: number, target: number, type: number): number {
    const { symbols } = this.columns;
    if (this.#odd.size > 0) return this.rowOf(`${symbols.text(source)}|${typeWithNumber(type)}|${symbols.text(target)}`);
    return this.#index.find(source, target, type);
  }

  entry(row: number): RelationshipEntry {
    return new RelationshipEntry(this.columns, row);
  }

  /** Makes `after` present in place of `before`. Both are rows of the same id, or NOTHING. */
  replace(before: number, after: number): void {
    if (before !== NOTHING) {
      if (this.columns.isOdd(before)) this.#odd.delete(this.columns.idOf(before));
      else this.#index.remove(before);
      this.setPresent(before, false);
      this.#ofType[this.columns.type[before]!]!--;
      if (before < this.#linkedBefore) this.#links!.unlink(before);
    }
    if (after !== NOTHING) {
      if (this.columns.isOdd(after)) this.#odd.set(this.columns.idOf(after), after);
      else this.#index.add(after);
      this.setPresent(after, true);
      this.#ofType[this.columns.type[after]!]!++;
      if (after < this.#linkedBefore) this.#links!.link(after);
    }
  }

  /** Becomes equal to another table, without its links. Both then write into the same columns. */
  become(other: RelationshipTable): void {
    this.columns = other.columns;
    this.#index = other.#index.copy();
    for (const [id, row] of other.#odd) this.#odd.set(id, row);
    this.#ofType.set(other.#ofType);
    this.copyPresent(other);
  }

  clear(symbols: Symbols): void {
    this.columns = new RelationshipColumns(symbols);
    this.#index = new RowIndex(this.columns);
    this.#odd.clear();
    this.#ofType.fill(0);
    this.#links = this.#links && new Links(this.columns);
    this.#linkedBefore = this.isLinked ? Infinity : 0;
    this.forgetAll();
  }

  /** Whether the table knows the relationships of each node. */
  get isLinked(): boolean {
    return this.#linkedBefore === Infinity;
  }

  /** Links all rows, with a pause after every `slice` of them. The table may change meanwhile. Then it keeps the links up to date. */
  *link(slice: number): Generator<void, void, void> {
    while (!this.isLinked) {
      this.#links ??= new Links(this.columns);
      const end = Math.min(this.columns.rows, this.#linkedBefore + slice);
      for (; this.#linkedBefore < end; this.#linkedBefore++) {
        if (this.isPresent(this.#linkedBefore)) this.#links.link(this.#linkedBefore);
      }
      if (this.#linkedBefore === this.columns.rows) this.#linkedBefore = Infinity;
      else yield;
    }
  }

  /** Forgets the links, so that many changes cost less. A query that needs them has them built again. */
  unlink(): void {
    this.#links = undefined;
    this.#linkedBefore = 0;
  }

  get #linked(): Links {
    for (const _ of this.link(Infinity));
    return this.#links!;
  }

  degreeOf(node: string): Degree {
    return this.#linked.degreeOf(this.columns.symbols.find(node));
  }

  countOf(node: string, direction: Direction, type: RelationshipType): number {
    const links = this.#linked;
    const symbol = this.columns.symbols.find(node);
    return symbol < 0 ? 0 : links.length(symbol, direction, findType(type));
  }

  /** Ids of a node's relationships of one type in one direction. The table must not change meanwhile. */
  *idsOf(node: string, direction: Direction, type: RelationshipType): Generator<string, undefined, undefined> {
    const links = this.#linked;
    const symbol = this.columns.symbols.find(node);
    if (symbol >= 0) for (const row of links.rows(symbol, direction, findType(type))) yield this.columns.idOf(row);
  }

  /** Ids of all relationships of a type. */
  allOf(type: RelationshipType): string[] {
    const number = findType(type);
    if (number < 0 || this.#ofType[number] === 0) return [];
    const ids: string[] = [];
    for (const row of this.presentRows()) if (this.columns.type[row] === number) ids.push(this.columns.idOf(row));
    return ids;
  }

  /** How many relationships there are of each type that occurs. */
  typeCounts(): Map<RelationshipType, number> {
    const counts = new Map<RelationshipType, number>();
    for (let type = 0; type < typeCount(); type++) if (this.#ofType[type]! > 0) counts.set(typeWithNumber(type), this.#ofType[type]!);
    return counts;
  }
}

/** The parts of an id that is made of a source, a type and a target. A source with `|` in it makes a relationship odd. */
export function splitId(id: string): { source: string; type: string; target: string } | undefined {
  const first = id.indexOf('|');
  const second = id.indexOf('|', first + 1);
  if (first < 0 || second < 0) return undefined;
  return { source: id.slice(0, first), type: id.slice(first + 1, second), target: id.slice(second + 1) };
}

class RelationshipEntry implements Entry<Relationship> {
  readonly #columns: RelationshipColumns;
  readonly #row: number;

  constructor(columns: RelationshipColumns, row: number) {
    this.#columns = columns;
    this.#row = row;
  }

  get value(): Relationship {
    return this.#columns.valueOf(this.#row);
  }

  get hash(): Lanes {
    return this.#columns.hashOf(this.#row);
  }
}
