/** Something that must not happen, and happened. */
export type Finding = {
  /** What went wrong, in words that are the same each time. */
  readonly kind: string;
  /** Where: an operation, a transport, a process. Of a kind and a place only the first is kept, the others are counted. */
  readonly about: string;
  readonly detail: string;
  /** A line for a shell, or bytes, that do it again. */
  readonly reproduction: string;
};

export function keyOf({ kind, about }: Pick<Finding, 'kind' | 'about'>): string {
  return `${kind}: ${about}`;
}

/** What was found so far, the first of each key. */
export class Findings {
  readonly #first = new Map<string, Finding>();
  readonly #counts = new Map<string, number>();

  has(key: string): boolean {
    return this.#first.has(key);
  }

  count(key: string): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  add(...found: readonly Finding[]): void {
    for (const finding of found) {
      const key = keyOf(finding);
      if (!this.#first.has(key)) this.#first.set(key, finding);
      this.count(key);
    }
  }

  get all(): readonly Finding[] {
    return [...this.#first.values()];
  }

  timesOf(finding: Finding): number {
    return this.#counts.get(keyOf(finding)) ?? 1;
  }
}
