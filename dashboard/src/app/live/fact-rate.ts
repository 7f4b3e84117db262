/** Facts a second over the last two minutes, by the time of their append, so that a replayed fact counts where it belongs. */
const SECONDS_KEPT = 120;
/** Each point of the history is a mean over this many seconds: a single second only ever says that facts come in batches. */
const SECONDS_A_POINT = 3;
const SECONDS_NOW = 5;

export class FactRate {
  readonly #buckets = new Map<number, number>();

  add(appendedAt: number, count: number, now: number): void {
    // A server's clock that is ahead of ours must not put facts into the future.
    const second = Math.floor(Math.min(appendedAt, now) / 1000);
    if (second <= Math.floor(now / 1000) - SECONDS_KEPT) return;
    this.#buckets.set(second, (this.#buckets.get(second) ?? 0) + count);
  }

  /** Facts a second, the mean of the last whole seconds. The one that has just begun would always look like a drop. */
  now(now: number): number {
    return this.#mean(Math.floor(now / 1000) - SECONDS_NOW, SECONDS_NOW);
  }

  /** Oldest first. Points stand at fixed times, so that the line moves along and does not change its shape. */
  history(now: number): number[] {
    const end = Math.floor(now / 1000 / SECONDS_A_POINT) * SECONDS_A_POINT;
    const points = SECONDS_KEPT / SECONDS_A_POINT;
    for (const second of this.#buckets.keys()) if (second < end - SECONDS_KEPT) this.#buckets.delete(second);
    return Array.from({ length: points }, (_, index) => this.#mean(end - (points - index) * SECONDS_A_POINT, SECONDS_A_POINT));
  }

  clear(): void {
    this.#buckets.clear();
  }

  #mean(from: number, seconds: number): number {
    let sum = 0;
    for (let second = from; second < from + seconds; second++) sum += this.#buckets.get(second) ?? 0;
    return sum / seconds;
  }
}
