import type { Offset } from '@graphtail/facts';
import type { FactLog } from '@graphtail/log';
import { StoredBatch } from './stored-batch.ts';

/** About as much as a subscriber's network is given at a time. */
const PAGE_BYTES = 512 * 1024;
const PAGE_ENTRIES = 50;
/** Of a graph: enough for those who come back together, one a little behind the other. */
const PAGES_KEPT = 16;

type StoredPage = readonly StoredBatch[];

/** How many pages there may be at a time in the whole process; who asks beyond waits in line. */
export class PageBudget {
  #free: number;
  readonly #line: (() => void)[] = [];

  constructor(pages: number) {
    this.#free = pages;
  }

  async use<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#line.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#line.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}

/**
 * Older batches of a graph, from Redis. Subscribers who are at about the same place share what was read, and its
 * bytes: a storm of them reads the log about once.
 */
export class PageReader {
  readonly #log: FactLog;
  readonly #budget: PageBudget;
  readonly #underWay = new Map<Offset, Promise<StoredPage>>();
  /** The one used last is last. */
  #kept: StoredPage[] = [];
  #forgotten = 0;

  constructor(log: FactLog, budget: PageBudget) {
    this.#log = log;
    this.#budget = budget;
  }

  /** @throws {CursorRefused} where the cursor is not a place in the log. */
  read(cursor: Offset): Promise<StoredPage> {
    const kept = this.#find(cursor);
    if (kept !== undefined) return Promise.resolve(kept);
    const underWay = this.#underWay.get(cursor);
    if (underWay !== undefined) return underWay;
    const reading = this.#budget.use(() => this.#read(cursor)).finally(() => this.#underWay.delete(cursor));
    this.#underWay.set(cursor, reading);
    return reading;
  }

  /** The log may be another one: nothing that was read before is given out any more. */
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
