import type { Fact } from '@graphtail/facts';

/** How many of the newest facts are kept for the event log. */
export const FACTS_KEPT = 2000;

/** The newest facts, up to a limit, and the number of all facts so far. */
export class RecentFacts {
  #facts: Fact[] = [];
  #seen = 0;

  get seen(): number {
    return this.#seen;
  }

  /** The oldest are dropped first. Trimmed only at twice the limit, so that a fact costs a push and no copy. */
  add(facts: readonly Fact[]): void {
    this.#seen += facts.length;
    const kept = facts.length > FACTS_KEPT ? facts.slice(-FACTS_KEPT) : facts;
    for (const fact of kept) this.#facts.push(fact);
    if (this.#facts.length >= 2 * FACTS_KEPT) this.#facts = this.#facts.slice(-FACTS_KEPT);
  }

  /** A copy, newest first. */
  newestFirst(): Fact[] {
    return this.#facts.slice(-FACTS_KEPT).reverse();
  }

  clear(): void {
    this.#facts = [];
    this.#seen = 0;
  }
}
