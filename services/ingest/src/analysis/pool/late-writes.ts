import type { ExtractionCache } from './extraction-cache.ts';

/** What has been extracted is written when nothing more has been for so long: a first analysis does not wait for it. */
const QUIET_MS = 3_000;
/** More than so much is not kept waiting. */
const MAX_CHARS = 16 * 1024 * 1024;
/** So much is written at a time: a file that is asked for meanwhile does not wait for all of it. */
const WRITE_CHARS = 256 * 1024;

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

  put(key: string, text: string): void {
    this.#chars += text.length - (this.#waiting.get(key)?.length ?? 0);
    this.#waiting.set(key, text);
    if (this.#chars > MAX_CHARS) this.#writeSome(MAX_CHARS / 2);
    if (this.#timer === undefined) this.#timer = setTimeout(() => this.#writeNext(), QUIET_MS);
    else this.#timer.refresh();
  }

  #writeNext(): void {
    this.#timer = undefined;
    this.#writeSome(WRITE_CHARS);
    if (this.#waiting.size > 0) setImmediate(() => this.#writeNext());
  }

  #writeSome(chars: number): void {
    const some: [key: string, text: string][] = [];
    let taken = 0;
    for (const [key, text] of this.#waiting) {
      if (taken >= chars) break;
      some.push([key, text]);
      taken += text.length;
    }
    this.#cache.put(some);
    for (const [key] of some) this.#waiting.delete(key);
    this.#chars -= taken;
  }
}
