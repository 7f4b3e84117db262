import type { Stats } from '@graphtail/client';
import type { Offset } from '@graphtail/facts';

const BETWEEN_MS = 1000;
const LONGEST_WAIT_MS = 15_000;

type Listener = {
  readonly stats: (stats: Stats) => void;
  readonly failed: (error: unknown) => void;
};

/** Keeps the projector's figures up to date with the stream: asks again, at most once a second, until they are those of the cursor. */
export class StatsFeed {
  readonly #load: () => Promise<Stats>;
  readonly #listener: Listener;
  #wanted: Offset | undefined;
  #have: Offset | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking = false;
  #failures = 0;
  #askedAt = Number.NEGATIVE_INFINITY;
  #closed = false;
  #log = 0;

  constructor(load: () => Promise<Stats>, listener: Listener) {
    this.#load = load;
    this.#listener = listener;
  }

  /** Requests the figures at this cursor, or any figures if none is given. */
  want(cursor: Offset | undefined): void {
    this.#wanted = cursor;
    this.#schedule();
  }

  /** Earlier figures, and those being requested, belong to another log. Figures are requested again when there is a cursor. */
  forget(): void {
    this.#have = undefined;
    this.#wanted = undefined;
    this.#log += 1;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #satisfied(): boolean {
    // Figures that are ahead are from a lost log, or the cursor will reach them in a moment.
    return this.#have !== undefined && (this.#wanted === undefined || this.#have === this.#wanted);
  }

  #schedule(): void {
    if (this.#closed || this.#asking || this.#timer !== undefined || this.#satisfied()) return;
    const pause = Math.min(BETWEEN_MS * 2 ** this.#failures, LONGEST_WAIT_MS);
    const wait = Math.max(0, this.#askedAt + pause - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#ask();
    }, wait);
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    this.#askedAt = performance.now();
    const log = this.#log;
    try {
      const stats = await this.#load();
      if (this.#closed || log !== this.#log) return;
      this.#failures = 0;
      this.#have = stats.offset;
      this.#listener.stats(stats);
    } catch (error) {
      if (this.#closed) return;
      this.#failures += 1;
      this.#listener.failed(error);
    } finally {
      this.#asking = false;
      if (this.#wanted !== undefined || log === this.#log) this.#schedule();
    }
  }
}
