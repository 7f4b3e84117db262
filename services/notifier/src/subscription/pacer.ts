/**
 * Replays facts at their own pace, times `speed`. The first fact is due at once. A later fact is due as long after the first as it
 * happened after it, divided by `speed`.
 */
export class Pacer {
  readonly #speed: number;
  #first: { readonly factTime: number; readonly startedAt: number } | undefined;
  #heldSince: number | undefined;

  constructor(speed: number) {
    this.#speed = speed;
  }

  /** Milliseconds until a fact is due; 0 or less if it is due now. @param factTime ms since 1970; NaN (a fact without a time) is due now */
  dueIn(factTime: number, now: number): number {
    if (Number.isNaN(factTime)) return 0;
    this.#first ??= { factTime, startedAt: now };
    return this.#first.startedAt + (factTime - this.#first.factTime) / this.#speed - now;
  }

  /** Stops the pacer's time until `goOn`. */
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
