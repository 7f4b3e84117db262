import { seqOf, type Offset } from '@graphtail/facts';
import type { StoredBatch } from './stored-batch.ts';

/** Recent batches of one graph, contiguous and bounded, for subscribers at the head or just behind it. */
export class Window {
  readonly #maxBytes: number;
  readonly #maxBatches: number;
  #batches: StoredBatch[] = [];
  /** Index of the oldest batch kept; batches before it no longer count. */
  #first = 0;
  #bytes = 0;

  /** @param maxBytes bytes of payload; the newest batch is always kept, however large */
  constructor(maxBytes: number, maxBatches: number) {
    this.#maxBytes = maxBytes;
    this.#maxBatches = maxBatches;
  }

  get size(): number {
    return this.#batches.length - this.#first;
  }

  get newest(): StoredBatch | undefined {
    return this.#batches.at(-1);
  }

  clear(): void {
    this.#batches = [];
    this.#first = 0;
    this.#bytes = 0;
  }

  /** Takes the batch that comes right after the newest one. */
  push(stored: StoredBatch): void {
    this.#batches.push(stored);
    this.#bytes += stored.batch.payload.length;
    while (this.size > 1 && (this.#bytes > this.#maxBytes || this.size > this.#maxBatches)) this.#dropOldest();
  }

  #dropOldest(): void {
    this.#bytes -= this.#batches[this.#first]!.batch.payload.length;
    this.#first += 1;
    // Cut only now and then: a cut for each batch would copy the list each time.
    if (this.#first >= 64) {
      this.#batches = this.#batches.slice(this.#first);
      this.#first = 0;
    }
  }

  /** The batch that continues a cursor; undefined if the cursor is before the window or not a cursor of this log. */
  after(cursor: Offset): StoredBatch | undefined {
    const newest = this.newest;
    if (newest === undefined) return undefined;
    if (newest.batch.prev === cursor) return newest;
    const seq = seqOf(cursor);
    let low = this.#first;
    let high = this.#batches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#batches[middle]!.throughSeq > seq) high = middle;
      else low = middle + 1;
    }
    const found = this.#batches[low];
    return found?.continues(cursor) === true ? found : undefined;
  }
}
