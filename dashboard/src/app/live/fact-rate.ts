/** Facts a second over the last two minutes, by the time of their append, so that a replayed fact counts where it belongs. */
export const SECONDS_KEPT = 120;

export class FactRate {
  readonly #buckets = new Map<number, number>();

  add(appendedAt: number, count: number, now: number): void {
    // A server's clock that is ahead of ours must not put facts into the future.
    const second = Math.floor(Math.min(appendedAt, now) / 1000);
    if (second <= Math.floor(now / 1000) - SECONDS_KEPT) return;
    this.#buckets.set(second, (this.#buckets.get(second) ?? 0) + count);
  }

  /** Oldest first; the last is the last whole second, since one that has just begun always looks like a drop. */
  history(now: number): number[] {
    const last = Math.floor(now / 1000) - 1;
    for (const second of this.#buckets.keys()) if (second <= last - SECONDS_KEPT) this.#buckets.delete(second);
    return Array.from({ length: SECONDS_KEPT }, (_, index) => this.#buckets.get(last - SECONDS_KEPT + 1 + index) ?? 0);
  }

  clear(): void {
    this.#buckets.clear();
  }
}
