import type { Entry, GraphNode, Lanes } from '@graphtail/facts';
import { grown, moreThan } from './arrays.ts';
import { EntryMap, NOTHING } from './entry-map.ts';
import { NodeColumns } from './node-columns.ts';
import type { Symbols } from './symbols.ts';

/** The nodes of a state by id. */
export class NodeTable extends EntryMap<GraphNode> {
  columns: NodeColumns;
  /** By symbol of the id: the present row + 1, or 0. */
  #rowOf = new Int32Array(0);

  constructor(symbols: Symbols) {
    super();
    this.columns = new NodeColumns(symbols);
  }

  rowOf(id: string): number {
    return this.rowOfSymbol(this.columns.symbols.find(id));
  }

  rowOfSymbol(symbol: number): number {
    return (this.#rowOf[symbol] ?? 0) - 1;
  }

  entry(row: number): NodeEntry {
    return new NodeEntry(this.columns, row);
  }

  /** Makes `after` present in place of `before`. Both are rows of the same id, or NOTHING. */
  replace(before: number, after: number): void {
    if (before !== NOTHING) this.setPresent(before, false);
    if (after !== NOTHING) this.setPresent(after, true);
    const symbol = this.columns.id[after === NOTHING ? before : after]!;
    if (symbol >= this.#rowOf.length) this.#rowOf = grown(this.#rowOf, moreThan(symbol));
    this.#rowOf[symbol] = after + 1;
  }

  /** Becomes equal to another table. Both then write into the same columns. */
  become(other: NodeTable): void {
    this.columns = other.columns;
    this.#rowOf = other.#rowOf.slice();
    this.copyPresent(other);
  }

  clear(symbols: Symbols): void {
    this.columns = new NodeColumns(symbols);
    this.#rowOf = new Int32Array(0);
    this.forgetAll();
  }
}

class NodeEntry implements Entry<GraphNode> {
  readonly #columns: NodeColumns;
  readonly #row: number;

  constructor(columns: NodeColumns, row: number) {
    this.#columns = columns;
    this.#row = row;
  }

  get value(): GraphNode {
    return this.#columns.valueOf(this.#row);
  }

  get hash(): Lanes {
    return this.#columns.hashOf(this.#row);
  }
}
