/** The query looks at more of the graph than its budget allows. */
export class OverBudget extends Error {
  override readonly name = 'OverBudget';
}

/** The work that one query may do, in entities that it looks at. */
export class Budget {
  #left: number;

  constructor(entities: number) {
    this.#left = entities;
  }

  /** @throws {OverBudget} if less than `entities` is left */
  spend(entities: number): void {
    this.#left -= entities;
    if (this.#left < 0) throw new OverBudget();
  }

  /** Comparing ids costs a tenth of what looking at entities costs. */
  spendOnIds(ids: number): void {
    this.spend(ids / 10);
  }
}
