import { compareOffsets, type Offset } from '@graphtail/facts';

type Waiter = { readonly at: Offset; readonly arrived: () => void };

/** Requests that wait until the projection reaches an offset. */
export class Waiters {
  readonly #waiting = new Set<Waiter>();

  /** Resolves to true when `at` is reached, or to false after `withinMs`. */
  async until(at: Offset, withinMs: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const waiter: Waiter = { at, arrived: () => resolve(true) };
    const timer = setTimeout(() => resolve(false), withinMs);
    this.#waiting.add(waiter);
    const reached = await promise;
    clearTimeout(timer);
    this.#waiting.delete(waiter);
    return reached;
  }

  reached(cursor: Offset): void {
    for (const waiter of this.#waiting) if (compareOffsets(cursor, waiter.at) >= 0) waiter.arrived();
  }
}
