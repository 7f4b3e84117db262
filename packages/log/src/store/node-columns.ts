import type { GraphNode, Lanes } from '@graphtail/facts';
import { FEWEST, grown, moreThan } from './arrays.ts';
import type { Symbols } from './symbols.ts';
import { Texts } from './texts.ts';

/** A power of two. Queries read the same few nodes again and again. */
const REMEMBERED = 2048;

/**
 * Nodes as rows. A row is written once and never changed, so that whoever holds its number reads the same node for as long as the
 * columns are there. The node itself is the text that the log has.
 */
export class NodeColumns {
  readonly symbols: Symbols;
  readonly texts = new Texts();
  rows = 0;
  /** The symbol of the id. */
  id = new Int32Array(FEWEST);
  hi = new Int32Array(FEWEST);
  lo = new Int32Array(FEWEST);
  at = new Float64Array(FEWEST);
  bytes = new Int32Array(FEWEST);
  /** Nodes that were parsed lately, each at a place that its row decides. */
  readonly #remembered: GraphNode[] = [];
  readonly #rememberedRows = new Int32Array(REMEMBERED).fill(-1);

  constructor(symbols: Symbols) {
    this.symbols = symbols;
  }

  /** @returns the new row */
  add(id: number, text: string, hi: number, lo: number): number {
    return this.#add(id, this.texts.add(text), hi, lo);
  }

  addBytes(id: number, text: Uint8Array, hi: number, lo: number): number {
    return this.#add(id, this.texts.addBytes(text), hi, lo);
  }

  /** Adds a row of other columns, with the symbols that it has here. */
  copy(from: NodeColumns, row: number, symbolOf: (symbol: number) => number): number {
    const text = from.texts.bytes(from.at[row]!, from.bytes[row]!);
    return this.addBytes(symbolOf(from.id[row]!), text, from.hi[row]!, from.lo[row]!);
  }

  #add(id: number, at: number, hi: number, lo: number): number {
    if (this.rows === this.id.length) this.#grow();
    const row = this.rows++;
    this.id[row] = id;
    this.hi[row] = hi;
    this.lo[row] = lo;
    this.at[row] = at;
    this.bytes[row] = this.texts.lastBytes;
    return row;
  }

  #grow(): void {
    const rows = moreThan(this.rows);
    this.id = grown(this.id, rows);
    this.hi = grown(this.hi, rows);
    this.lo = grown(this.lo, rows);
    this.at = grown(this.at, rows);
    this.bytes = grown(this.bytes, rows);
  }

  idOf(row: number): string {
    return this.symbols.text(this.id[row]!);
  }

  hashOf(row: number): Lanes {
    return { hi: this.hi[row]!, lo: this.lo[row]! };
  }

  textOf(row: number): string {
    return this.texts.text(this.at[row]!, this.bytes[row]!);
  }

  /** The node, which the caller must not change. It is parsed if it was not read lately. */
  valueOf(row: number): GraphNode {
    const place = row & (REMEMBERED - 1);
    if (this.#rememberedRows[place] !== row) {
      this.#remembered[place] = JSON.parse(this.textOf(row)) as GraphNode;
      this.#rememberedRows[place] = row;
    }
    return this.#remembered[place]!;
  }
}
