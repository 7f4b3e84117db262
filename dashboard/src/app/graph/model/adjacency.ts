import type { CodeColumns } from './code-columns.ts';

const known = new WeakMap<CodeColumns, { readonly in: Adjacency; readonly out: Adjacency }>();

/** The relationships that leave (`out`) or enter (`in`) each node, so that a node's few are found without a look at all. */
export function adjacencyOf(columns: CodeColumns): { readonly in: Adjacency; readonly out: Adjacency } {
  const found = known.get(columns);
  if (found !== undefined) return found;
  const size = columns.ids.length;
  const made = { in: new Adjacency(columns.targets, size), out: new Adjacency(columns.sources, size) };
  known.set(columns, made);
  return made;
}

/** Relationships in the order of one of their ends. */
export class Adjacency {
  /** Where a node's relationships begin in `#sorted`; the next node's begin where they end. */
  readonly #begins: Uint32Array;
  readonly #sorted: Uint32Array;

  /** @param ends for each relationship, the row of its node */
  constructor(ends: Uint32Array, size: number) {
    const begins = new Uint32Array(size + 1);
    for (const row of ends) begins[row + 1] = (begins[row + 1] ?? 0) + 1;
    for (let row = 0; row < size; row++) begins[row + 1] = (begins[row + 1] ?? 0) + (begins[row] ?? 0);
    const next = begins.slice();
    const sorted = new Uint32Array(ends.length);
    for (let each = 0; each < ends.length; each++) {
      const row = ends[each] ?? 0;
      const place = next[row] ?? 0;
      sorted[place] = each;
      next[row] = place + 1;
    }
    this.#begins = begins;
    this.#sorted = sorted;
  }

  /** The relationships of a node, by their place in the columns. */
  of(row: number): Uint32Array {
    return this.#sorted.subarray(this.#begins[row] ?? 0, this.#begins[row + 1] ?? 0);
  }
}
