import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long work may hold the event loop before other work gets a turn. */
const SLICE_MS = 8;

/** Shares the event loop. `await turn.shared()` between units of work lets other work run when the time slice is used up. */
export class Turn {
  #began = performance.now();

  async shared(): Promise<void> {
    if (performance.now() - this.#began < SLICE_MS) return;
    await nextTurn();
    this.#began = performance.now();
  }

  /** Runs a generator's steps to the end, and shares the event loop between them. Returns the generator's result. */
  async through<Result>(steps: Generator<void, Result, void>): Promise<Result> {
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      await this.shared();
    }
  }
}
