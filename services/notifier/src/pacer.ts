/** A replay at the facts' own pace, times `speed`: the first fact is due at once, each other as long after it as it happened after it. */
export class Pacer {
  readonly #speed: number;
  #first: { readonly factTime: number; readonly startedAt: number } | undefined;
  #heldSince: number | undefined;

  constructor(speed: number) {
    this.#speed = speed;
  }

  /** Milliseconds until a fact is due, 0 or less where it is. @param factTime its time, ms since 1970; a fact without one is due. */
  dueIn(factTime: number, now: number): number {
    if (Number.isNaN(factTime)) return 0;
    this.#first ??= { factTime, startedAt: now };
    return this.#first.startedAt + (factTime - this.#first.factTime) / this.#speed - now;
  }

  /** Time stands still until `goOn`. */
  hold(now: number): void {
    this.#heldSince ??= now;
  }

  goOn(now: number): void {
    if (this.#first !== undefined && this.#heldSince !== undefined) {
      this.#first = { ...this.#first, startedAt: this.#first.startedAt + now - this.#heldSince };
    }
    this.#heldSince = undefined;
  }
}
