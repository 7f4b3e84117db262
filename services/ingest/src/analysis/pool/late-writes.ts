import type { ExtractionCache } from './extraction-cache.ts';

/** What has been extracted is written when nothing more has been for so long: a first analysis does not wait for the disk. */
const QUIET_MS = 3_000;
/** More than so much is not kept waiting. */
const MAX_CHARS = 16 * 1024 * 1024;

/** A thread's way to the cache: entries are there for the thread at once, and for others when it has time to write them. */
export class LateWrites {
  readonly #cache: ExtractionCache;
  readonly #waiting = new Map<string, string>();
  #chars = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(cache: ExtractionCache) {
    this.#cache = cache;
  }

  get(key: string): string | undefined {
    return this.#waiting.get(key) ?? this.#cache.get(key);
  }

  put(key: string, json: string): void {
    if (this.#chars + json.length > MAX_CHARS) {
      this.#cache.put(key, json);
      return;
    }
    this.#waiting.set(key, json);
    this.#chars += json.length;
    if (this.#timer === undefined) this.#timer = setTimeout(() => this.#writeNext(), QUIET_MS);
    else this.#timer.refresh();
  }

  /** One at a time: a file that is asked for meanwhile does not wait for all of them. */
  #writeNext(): void {
    this.#timer = undefined;
    for (const [key, json] of this.#waiting) {
      this.#cache.put(key, json);
      this.#waiting.delete(key);
      this.#chars -= json.length;
      if (this.#waiting.size > 0) setImmediate(() => this.#writeNext());
      return;
    }
  }
}
