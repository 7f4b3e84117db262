import { ORIGIN, type Lanes, type Offset } from '@graphtail/facts';
import { LogDamaged } from './damage.ts';
import { CursorRefused } from './errors.ts';
import type { FactLog } from './fact-log.ts';

/** How many bytes a step reads: about a millisecond's work. */
const STEP_BYTES = 256 * 1024;

/**
 * Reads a log again and again from its floor to its head, a little at a time. Old batches have no other reader, and a process
 * that holds them in memory never notices that Redis's copy has changed. Damage is noted in the same place as by other readers.
 */
export class Scrub {
  readonly #log: FactLog;
  #cursor: Offset | undefined;
  #base: Lanes | undefined;

  constructor(log: FactLog) {
    this.#log = log;
  }

  /** Reads the next few batches. Rejects while Redis is away. */
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
