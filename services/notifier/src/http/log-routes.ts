import { FACT_SEPARATOR, OffsetSchema, globField, isLogName, type Offset } from '@graphtail/facts';
import { CursorRefused, isRedisAway, receipt } from '@graphtail/log';
import { Problem, cursorProblem, parseQuery, type RetentionConfig } from '@graphtail/runtime';
import { Router } from 'express';
import { z } from 'zod';
import type { Feeds } from '../feeds.ts';
import type { GraphFeed } from '../graph-feed.ts';
import { listOfEventTypes, positionText } from '../parameters.ts';
import { Refused } from '../refused.ts';
import { compileFilter } from '../filter.ts';
import { readPage, streamFacts } from './fact-pages.ts';

const MAX_FACTS = 10_000;
const NDJSON = 'application/x-ndjson';
const ISO_TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

const graph = z.string('must be one name').refine(isLogName, 'is not the name of a graph').optional();
const GraphQuery = z.strictObject({ graph });
const FactsQuery = z.strictObject({
  graph,
  from: positionText.default({ kind: 'earliest' }),
  limit: z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(MAX_FACTS, `must be at most ${String(MAX_FACTS)}`)
    .optional(),
  types: listOfEventTypes.default([]),
  path: globField.default(''),
});
const TimeQuery = z.strictObject({
  graph,
  ts: z
    .string('must be an ISO 8601 time')
    .refine((text) => ISO_TIME.test(text) && !Number.isNaN(Date.parse(text)), 'must be an ISO 8601 time'),
});
const RangeQuery = z.strictObject({ graph, from: OffsetSchema, to: OffsetSchema });

/** `/api/log*`: a log's bounds and epochs, its facts page by page, places by time, evidence of ranges. */
export function logRoutes(feeds: Feeds, { retainFacts, retainBytes, retainAge }: RetentionConfig): Router {
  const router = Router();

  router.get('/api/log', async (request, response) => {
    const feed = await feeds.resolve(parseQuery(GraphQuery, request.query).graph);
    const { epochs, firstAppendedAt, lastAppendedAt, ...bounds } = await feed.log.bounds();
    response.json({
      graph: feed.graph,
      ...bounds,
      epochs: epochs.map(({ epoch, prev, openedAt, reason }) => ({ epoch, prev, opened_at: isoTime(openedAt), reason })),
      retention: { facts: retainFacts ?? null, bytes: retainBytes ?? null, age_seconds: retainAge ?? null },
      appended_at: { first: isoTime(firstAppendedAt), last: isoTime(lastAppendedAt) },
    });
  });

  router.get('/api/log/facts', async (request, response) => {
    const query = parseQuery(FactsQuery, request.query);
    const feed = await feeds.resolve(query.graph);
    const cursor = await feed.log.resolve(query.from);
    const filter = compileFilter({ eventTypes: query.types, entityTypes: [], path: query.path });
    if (request.accepts(['application/json', NDJSON]) === NDJSON) {
      await streamFacts(response.type(NDJSON), feed, cursor, query.limit ?? Infinity, filter);
      return;
    }
    const { through, head, facts } = await readPage(feed, cursor, query.limit ?? 1_000, filter);
    const front = JSON.stringify({ graph: feed.graph, prev: cursor, through, head }).slice(0, -1);
    response.type('json').send(`${front},"facts":[${facts.join(FACT_SEPARATOR)}]}`);
  });

  router.get('/api/log/offset', async (request, response) => {
    const { graph: name, ts } = parseQuery(TimeQuery, request.query);
    const feed = await feeds.resolve(name);
    response.json({ graph: feed.graph, offset: await firstAfter(feed, Date.parse(ts)) });
  });

  router.get('/api/log/receipt', async (request, response) => {
    const { graph: name, from, to } = parseQuery(RangeQuery, request.query);
    const feed = await feeds.resolve(name);
    try {
      response.json({ graph: feed.graph, ...(await receipt(feed.log, from, to)) });
    } catch (error) {
      if (error instanceof RangeError) throw new Problem(400, 'BAD_REQUEST', `to: ${to} lies before ${from}`, { field: 'to' });
      throw error;
    }
  });

  return router;
}

/** The first fact appended at or after a time; null where there is none yet. */
async function firstAfter(feed: GraphFeed, ms: number): Promise<Offset | null> {
  const cursor = await feed.log.resolve({ kind: 'time', ms });
  const [first] = await feed.page(cursor);
  return first === undefined ? null : first.offsetAt(first.indexAfter(cursor));
}

function isoTime(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}

const STATUS: Readonly<Record<string, number>> = {
  BAD_REQUEST: 400,
  UNKNOWN_GRAPH: 404,
  UNAVAILABLE: 503,
  NOT_FOUND: 404,
  CONSUMER_REPLACED: 409,
};

/** This service's own errors as answers. */
export function translate(error: unknown): Problem | undefined {
  if (error instanceof CursorRefused) return cursorProblem(error.refusal);
  if (error instanceof Refused) {
    const { code, message } = error.frame;
    const field = /^([A-Za-z_-]+): /.exec(message)?.[1];
    return new Problem(STATUS[code] ?? 500, code, message, code === 'BAD_REQUEST' && field !== undefined ? { field } : {});
  }
  if (isRedisAway(error)) return new Problem(503, 'UNAVAILABLE', 'the log does not answer at the moment', { retry_after_seconds: 1 });
  return undefined;
}
