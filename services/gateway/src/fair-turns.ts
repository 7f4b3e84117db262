import type { Readable } from 'node:stream';

/** Node reads up to 64 KiB at once. What comes in smaller pieces than this is not held. */
const LARGE_CHUNK = 16 * 1024;
const MOST_AT_ONCE = 64 * 1024;
/** About 10 ms of work. */
const BYTES_PER_TURN = 2 * 1024 * 1024;

/**
 * Bounds how much is passed on in one turn of the event loop. While more than a thousand sockets have something to read, Node comes to
 * nothing else: 2,000 replays at once held up new connections and timers for 28 s. Sockets that have much to read take turns here;
 * those that bring single facts are never held.
 */
export class FairTurns {
  readonly #waiting: Readable[] = [];
  #left = BYTES_PER_TURN;
  #isScheduled = false;

  /** A chunk was read from a source: it may read on at once, or is paused until its turn comes. */
  spend(source: Readable, bytes: number): void {
    this.#left -= bytes;
    if (bytes >= LARGE_CHUNK && this.#left <= 0) this.#hold(source);
    else this.#schedule();
  }

  /** A paused source may read on, when its turn comes. */
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
