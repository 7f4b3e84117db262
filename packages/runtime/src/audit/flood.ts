/** Up to this rate, requests that changed nothing are recorded one by one. Above it they are only counted. */
const PER_SECOND = 5;
const BURST = 20;
const COUNTED_FOR_MS = 10_000;

/** A token bucket, so that a flood of refused requests can't fill the log that records them. */
export class Flood {
  readonly #onCounted: (requests: number) => void;
  readonly #now: () => number;
  #tokens = BURST;
  #at: number;
  #counted = 0;
  #counting: NodeJS.Timeout | undefined;

  /** @param onCounted called with the number of requests that were only counted since its last call; at most every ten seconds */
  constructor(onCounted: (requests: number) => void, now: () => number = () => performance.now()) {
    this.#onCounted = onCounted;
    this.#now = now;
    this.#at = now();
  }

  /** Whether one more request may be recorded. If not, it is counted. */
  admits(): boolean {
    const now = this.#now();
    this.#tokens = Math.min(BURST, this.#tokens + ((now - this.#at) / 1000) * PER_SECOND);
    this.#at = now;
    if (this.#tokens >= 1) {
      this.#tokens--;
      return true;
    }
    this.#counted++;
    this.#counting ??= setTimeout(() => this.tell(), COUNTED_FOR_MS).unref();
    return false;
  }

  /** Reports the count now. */
  tell(): void {
    clearTimeout(this.#counting);
    this.#counting = undefined;
    if (this.#counted > 0) this.#onCounted(this.#counted);
    this.#counted = 0;
  }
}
