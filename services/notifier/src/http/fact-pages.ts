import { once } from 'node:events';
import type { Offset } from '@graphtail/facts';
import type { Response } from 'express';
import type { Filter } from '../subscription/filter.ts';
import type { GraphFeed } from '../feed/graph-feed.ts';
import type { StoredBatch } from '../feed/stored-batch.ts';

/** About how many facts one request may consider: a filter that matches nothing must not read the whole log. */
const MAX_CONSIDERED = 100_000;

export type FactPage = {
  /** Everything after the cursor up to here was considered: where the next page begins. */
  readonly through: Offset;
  readonly head: Offset;
  /** The facts' JSON, as stored. */
  readonly facts: readonly string[];
};

/** Takes at most `limit` facts of a batch that come after a cursor and pass the filter. `through` is how far it considered. */
function take(stored: StoredBatch, cursor: Offset, limit: number, filter: Filter | undefined) {
  const facts: string[] = [];
  let index = stored.indexAfter(cursor);
  for (; index < stored.batch.count && facts.length < limit; index++) {
    if (filter === undefined || filter(stored.keys[index]!)) facts.push(stored.facts[index]!);
  }
  return { facts, through: stored.offsetAt(index - 1) };
}

/** @throws {CursorRefused} */
export async function readPage(feed: GraphFeed, cursor: Offset, limit: number, filter: Filter | undefined): Promise<FactPage> {
  const facts: string[] = [];
  let through = cursor;
  let considered = 0;
  while (facts.length < limit && considered < MAX_CONSIDERED) {
    const page = await feed.page(through);
    if (page.length === 0) break;
    for (const stored of page) {
      if (facts.length >= limit) break;
      const taken = take(stored, through, limit - facts.length, filter);
      facts.push(...taken.facts);
      through = taken.through;
      considered += stored.batch.count;
    }
  }
  return { through, head: (await feed.log.state()).head, facts };
}

/** Writes one fact per line, up to the head as it was at the start, no faster than the client reads. @throws {CursorRefused} */
export async function streamFacts(
  response: Response,
  feed: GraphFeed,
  cursor: Offset,
  limit: number,
  filter: Filter | undefined,
): Promise<void> {
  const { head } = await feed.log.state();
  let through = cursor;
  let left = limit;
  while (left > 0 && through !== head && !response.closed) {
    const page = await feed.page(through);
    if (page.length === 0) break;
    for (const stored of page) {
      if (left === 0 || through === head || response.closed) break;
      const taken = take(stored, through, left, filter);
      through = taken.through;
      left -= taken.facts.length;
      if (taken.facts.length > 0 && !response.write(`${taken.facts.join('\n')}\n`)) await drained(response);
    }
  }
  response.end();
}

async function drained(response: Response): Promise<void> {
  if (!response.closed) await Promise.race([once(response, 'drain'), once(response, 'close')]);
}
