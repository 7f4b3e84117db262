import { ORIGIN, type Lanes, type Offset } from '@graphtail/facts';
import { LogDamaged } from './damage.ts';
import { CursorRefused } from './errors.ts';
import type { FactLog } from './fact-log.ts';

/** Read at a step: about a millisecond's work. */
const STEP_BYTES = 256 * 1024;

/**
 * Reads a log again and again from its floor to its head, a little at a time. What is only kept is read by nobody, and
 * who has it in memory never notices that Redis has it no more as it was. Damage is noted where readers note it.
 */
export class Scrub {
  readonly #log: FactLog;
  #cursor: Offset | undefined;
  #base: Lanes | undefined;

  constructor(log: FactLog) {
    this.#log = log;
  }

  /** Reads a few batches more. Rejects while Redis is away. */
  async step(): Promise<void> {
    this.#cursor ??= (await this.#log.state()).floor;
    try {
      const page = await this.#log.readAfter(this.#cursor, { bytes: STEP_BYTES, base: this.#base });
      this.#goTo(page.caughtUp ? undefined : page.batches.at(-1)?.through, page.digest);
    } catch (error) {
      if (error instanceof LogDamaged) this.#goTo(error.damage.through, undefined);
      else if (error instanceof CursorRefused) this.#goTo(undefined, undefined);
      else throw error;
    }
  }

  #goTo(cursor: Offset | undefined, base: Lanes | undefined): void {
    this.#cursor = cursor;
    this.#base = cursor === undefined || cursor === ORIGIN ? undefined : base;
  }
}
