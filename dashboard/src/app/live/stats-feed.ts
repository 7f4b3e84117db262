import type { Stats } from '@graphtail/client';
import type { Offset } from '@graphtail/facts';

const BETWEEN_MS = 1000;
const LONGEST_WAIT_MS = 15_000;

type Listener = {
  readonly stats: (stats: Stats) => void;
  readonly failed: (error: unknown) => void;
};

/**
 * Keeps the projector's figures in step with the stream: asks again while they are not those of the cursor,
 * at most once a second, and rests once they are.
 */
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

  /** The figures are wanted as of this cursor, or of any time if none is given. */
  want(cursor: Offset | undefined): void {
    this.#wanted = cursor;
    this.#schedule();
  }

  /** What was had, and what is under way, is of another log. Figures are asked for again once there is a cursor to want them for. */
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
    // Figures that seem ahead are of a log that is lost, or the cursor comes to them in a moment.
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
