/** Facts per second over the last two minutes, by append time, so that a replayed fact counts at its own time. */
const SECONDS_KEPT = 120;
/** Each point of the history is a mean over this many seconds, because facts come in batches. */
const SECONDS_A_POINT = 3;
const SECONDS_NOW = 5;

export class FactRate {
  readonly #buckets = new Map<number, number>();

  add(appendedAt: number, count: number, now: number): void {
    // A server's clock that is ahead must not put facts into the future.
    const second = Math.floor(Math.min(appendedAt, now) / 1000);
    if (second <= Math.floor(now / 1000) - SECONDS_KEPT) return;
    this.#buckets.set(second, (this.#buckets.get(second) ?? 0) + count);
  }

  /** Facts per second, the mean of the last complete seconds. The second that has just begun would look like a drop. */
  now(now: number): number {
    return this.#mean(Math.floor(now / 1000) - SECONDS_NOW, SECONDS_NOW);
  }

  /** Oldest first. Points have fixed times, so the line moves without changing its shape. */
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
