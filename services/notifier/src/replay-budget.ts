/** A subscriber is sent nothing more while this many bytes wait for its network, and goes on below the low mark. */
export const HIGH_WATER_BYTES = 512 * 1024;
export const LOW_WATER_BYTES = 128 * 1024;
/** The high mark of each where there are many: with it a slow subscriber costs this and a batch. */
const SCARCE_BYTES = 64 * 1024;
const BUDGET_BYTES = 64 * 1024 * 1024;

/**
 * What all subscribers together may have waiting for their networks, of what they were sent from the log. Past it nobody
 * waits for another: each goes on with a lower mark. So memory is this budget and a small constant for each.
 */
export class ReplayBudget {
  #bytes = 0;

  /** Bytes more, or fewer, are waiting. */
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
