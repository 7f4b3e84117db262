/** While more bytes than this wait for a subscriber's network, it is sent nothing more. It continues at the low mark. */
export const HIGH_WATER_BYTES = 512 * 1024;
export const LOW_WATER_BYTES = 128 * 1024;
/** Each subscriber's high mark while the budget is exceeded: a slow subscriber then costs this and one batch. */
const SCARCE_BYTES = 64 * 1024;
const BUDGET_BYTES = 64 * 1024 * 1024;

/**
 * Counts the bytes from the log that wait for the networks of all subscribers together. Past the budget, no subscriber waits for
 * another: each continues with a lower mark. So memory is bounded by the budget and a small constant for each subscriber.
 */
export class ReplayBudget {
  #bytes = 0;

  /** Adds to the bytes that wait; `bytes` is negative if fewer wait. */
  change(bytes: number): void {
    this.#bytes += bytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get highWater(): number {
    return this.#bytes > BUDGET_BYTES ? SCARCE_BYTES : HIGH_WATER_BYTES;
  }
}
