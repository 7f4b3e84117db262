/** How much was tried, by kind, and how it was answered. */
export class Tally {
  readonly #byKind = new Map<string, Map<string, number>>();

  count(kind: string, result: string, times = 1): void {
    const results = this.#byKind.get(kind) ?? new Map<string, number>();
    this.#byKind.set(kind, results);
    results.set(result, (results.get(result) ?? 0) + times);
  }

  get total(): number {
    return [...this.#byKind.values()].reduce((sum, results) => sum + sumOf(results), 0);
  }

  /** A line a kind, the most frequent first. */
  toString(): string {
    const kinds = [...this.#byKind].sort(([, a], [, b]) => sumOf(b) - sumOf(a));
    return kinds
      .map(([kind, results]) => {
        const parts = [...results].sort(([, a], [, b]) => b - a).map(([result, times]) => `${result} × ${String(times)}`);
        return `  ${String(sumOf(results)).padStart(7)}  ${kind.padEnd(44)} ${parts.join(', ')}`;
      })
      .join('\n');
  }
}

function sumOf(results: ReadonlyMap<string, number>): number {
  return [...results.values()].reduce((sum, times) => sum + times, 0);
}
