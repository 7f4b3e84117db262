import type { Offset } from '@graphtail/facts';
import type { FactLog } from '@graphtail/log';
import { StoredBatch } from './stored-batch.ts';

/** About as much as a subscriber's network is given at a time. */
const PAGE_BYTES = 512 * 1024;
const PAGE_ENTRIES = 50;

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

/** Older batches of a graph, from Redis. Subscribers who ask for the same page at the same time share it. */
export class PageReader {
  readonly #log: FactLog;
  readonly #budget: PageBudget;
  readonly #underWay = new Map<Offset, Promise<readonly StoredBatch[]>>();

  constructor(log: FactLog, budget: PageBudget) {
    this.#log = log;
    this.#budget = budget;
  }

  /** @throws {CursorRefused} where the cursor is not a place in the log. */
  read(cursor: Offset): Promise<readonly StoredBatch[]> {
    const underWay = this.#underWay.get(cursor);
    if (underWay !== undefined) return underWay;
    const reading = this.#budget
      .use(async () => {
        const { batches } = await this.#log.readAfter(cursor, { entries: PAGE_ENTRIES, bytes: PAGE_BYTES });
        return batches.map((batch) => new StoredBatch(this.#log.graph, batch));
      })
      .finally(() => this.#underWay.delete(cursor));
    this.#underWay.set(cursor, reading);
    return reading;
  }
}
