import type { GraphNode } from '@graphtail/facts';

/** Complexity bands of functions and methods, as `[name, highest complexity in it]`. */
const BANDS = [
  ['1-5', 5],
  ['6-10', 10],
  ['11-20', 20],
  ['21-50', 50],
  ['51+', Infinity],
] as const;
export type ComplexityBand = (typeof BANDS)[number][0];

/** How many nodes there are of each kind. */
export class NodeCensus {
  readonly types = new Tally<string>();
  readonly languages = new Tally<string>();
  readonly #complexity = new Tally<ComplexityBand>();

  add(node: GraphNode): void {
    this.#count(node, 1);
  }

  remove(node: GraphNode): void {
    this.#count(node, -1);
  }

  clear(): void {
    for (const tally of [this.types, this.languages, this.#complexity]) tally.clear();
  }

  #count(node: GraphNode, step: 1 | -1): void {
    this.types.count(node.node_type, step);
    this.languages.count(node.language, step);
    if (isCallable(node)) this.#complexity.count(bandOf(node.complexity), step);
  }

  /** Functions and methods by complexity band; empty bands are included. */
  complexityDistribution(): Record<ComplexityBand, number> {
    const counts = this.#complexity.counts();
    return Object.fromEntries(BANDS.map(([band]) => [band, counts[band] ?? 0])) as Record<ComplexityBand, number>;
  }
}

/** Counts by name; a name whose count falls to zero is removed. */
export class Tally<Name extends string> {
  readonly #counts = new Map<Name, number>();

  count(name: Name, step: number): void {
    const count = (this.#counts.get(name) ?? 0) + step;
    if (count === 0) this.#counts.delete(name);
    else this.#counts.set(name, count);
  }

  clear(): void {
    this.#counts.clear();
  }

  /** Most frequent first. */
  counts(): Partial<Record<Name, number>> {
    return byFrequency(this.#counts);
  }
}

/** Most frequent first. */
export function byFrequency<Name extends string>(counts: ReadonlyMap<Name, number>): Partial<Record<Name, number>> {
  const entries = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return Object.fromEntries(entries) as Partial<Record<Name, number>>;
}

export function isCallable(node: GraphNode): boolean {
  return node.node_type === 'function' || node.node_type === 'method';
}

function bandOf(complexity: number): ComplexityBand {
  return (BANDS.find(([, highest]) => complexity <= highest) ?? BANDS[BANDS.length - 1]!)[0];
}
