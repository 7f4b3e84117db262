import type { Readable } from 'node:stream';

/** Bytes; Node reads up to 64 KiB at once. A source whose chunks are smaller than this is not held. */
const LARGE_CHUNK = 16 * 1024;
const MOST_AT_ONCE = 64 * 1024;
/** About 10 ms of work. */
const BYTES_PER_TURN = 2 * 1024 * 1024;

/**
 * Limits how many bytes are passed on in one turn of the event loop. While more than a thousand sockets have bytes to read, Node does
 * nothing else: 2,000 replays at once delayed new connections and timers for 28 s. So sockets with much to read take turns. Sockets
 * that bring single facts are never held.
 */
export class FairTurns {
  readonly #waiting: Readable[] = [];
  #left = BYTES_PER_TURN;
  #isScheduled = false;

  /** Counts a chunk that was read from a source. The source may read on at once, or is paused until its turn comes. */
  spend(source: Readable, bytes: number): void {
    this.#left -= bytes;
    if (bytes >= LARGE_CHUNK && this.#left <= 0) this.#hold(source);
    else this.#schedule();
  }

  /** Lets a paused source read on when its turn comes. */
  resume(source: Readable): void {
    if (this.#left > 0 && this.#waiting.length === 0) {
      this.#left -= MOST_AT_ONCE;
      this.#schedule();
      source.resume();
    } else this.#hold(source);
  }

  #hold(source: Readable): void {
    source.pause();
    this.#waiting.push(source);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#begin());
  }

  #begin(): void {
    this.#isScheduled = false;
    this.#left = BYTES_PER_TURN;
    for (const source of this.#waiting.splice(0, BYTES_PER_TURN / MOST_AT_ONCE)) source.resume();
    if (this.#waiting.length > 0) this.#schedule();
  }
}
