import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long folding may hold the event loop before requests get a turn. */
const SLICE_MS = 8;

/** Shares the event loop: `await turn.shared()` between units of work gives requests their turn once the slice is used up. */
export class Turn {
  #began = performance.now();

  async shared(): Promise<void> {
    if (performance.now() - this.#began < SLICE_MS) return;
    await nextTurn();
    this.#began = performance.now();
  }

  /** Runs a generator's steps to the end, sharing the event loop between them. */
  async through(steps: Iterable<void>): Promise<void> {
    for (const _ of steps) await this.shared();
  }
}
