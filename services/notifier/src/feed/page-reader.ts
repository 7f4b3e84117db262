import type { Offset } from '@graphtail/facts';
import type { FactLog } from '@graphtail/log';
import type { Turnstile } from '../turnstile.ts';
import { StoredBatch } from './stored-batch.ts';

/** Bytes of a page: about as much as one subscriber's network is given at a time. */
const PAGE_BYTES = 512 * 1024;
const PAGE_ENTRIES = 50;
/** Pages kept per graph: enough for subscribers that reconnect together, each a little behind the other. */
const PAGES_KEPT = 16;

type StoredPage = readonly StoredBatch[];

/**
 * Reads older batches of a graph from Redis. Subscribers at about the same place share the batches and their bytes: if many reconnect
 * at once, the log is read about once.
 */
export class PageReader {
  readonly #log: FactLog;
  /** Of the whole process: so many pages are read at a time. */
  readonly #turnstile: Turnstile;
  readonly #underWay = new Map<Offset, Promise<StoredPage>>();
  /** Pages read earlier; the most recently used one is last. */
  #kept: StoredPage[] = [];
  #forgotten = 0;

  constructor(log: FactLog, turnstile: Turnstile) {
    this.#log = log;
    this.#turnstile = turnstile;
  }

  /** @throws {CursorRefused} if the cursor is not a place in the log. */
  read(cursor: Offset): Promise<StoredPage> {
    const kept = this.#find(cursor);
    if (kept !== undefined) return Promise.resolve(kept);
    const underWay = this.#underWay.get(cursor);
    if (underWay !== undefined) return underWay;
    const reading = this.#turnstile.pass(() => this.#read(cursor)).finally(() => this.#underWay.delete(cursor));
    this.#underWay.set(cursor, reading);
    return reading;
  }

  /** Drops everything read before: the log may be another one now. */
  forget(): void {
    this.#forgotten += 1;
    this.#kept = [];
  }

  async #read(cursor: Offset): Promise<StoredPage> {
    const forgotten = this.#forgotten;
    const { batches } = await this.#log.readAfter(cursor, { entries: PAGE_ENTRIES, bytes: PAGE_BYTES });
    const page = batches.map((batch) => new StoredBatch(this.#log.graph, batch));
    if (page.length > 0 && forgotten === this.#forgotten) this.#kept = [...this.#kept, page].slice(-PAGES_KEPT);
    return page;
  }

  #find(cursor: Offset): StoredPage | undefined {
    for (const page of this.#kept) {
      const first = page.findIndex((stored) => stored.continues(cursor));
      if (first < 0) continue;
      if (page !== this.#kept.at(-1)) this.#kept = [...this.#kept.filter((other) => other !== page), page];
      return page.slice(first);
    }
    return undefined;
  }
}
