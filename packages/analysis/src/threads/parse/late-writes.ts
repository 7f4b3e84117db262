import type { CacheFile } from '../cache-file.ts';

/** Entries are written when nothing was extracted for this long, so that a first analysis does not wait for the disk. */
const QUIET_MS = 3_000;
/** If more characters than this wait, half as many are written at once. */
const MAX_CHARS = 16 * 1024 * 1024;
/** Characters that are written at a time, so that a file that is requested meanwhile does not wait for all writes. */
const WRITE_CHARS = 256 * 1024;

/** A thread's access to the cache. An entry is available to the thread at once, and to others when the thread has time to write it. */
export class LateWrites {
  readonly #cache: CacheFile;
  readonly #waiting = new Map<string, string>();
  #chars = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(cache: CacheFile) {
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
