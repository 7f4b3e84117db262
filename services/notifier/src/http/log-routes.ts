import { CURSOR_CODES, FACT_SEPARATOR, OffsetSchema, eventTypesField, globField, parseTime, type Offset } from '@graphtail/facts';
import { receipt } from '@graphtail/log';
import {
  FactAnswer,
  JSON_TYPE,
  NDJSON_TYPE,
  Problem,
  accessOf,
  graphField,
  offsetField,
  problemOfLog,
  route,
  sendJson,
  sendJsonText,
  wholeNumber,
  type RetentionConfig,
  type Route,
} from '@graphtail/runtime';
import { z } from 'zod';
import type { Feeds } from '../feed/feeds.ts';
import type { GraphFeed } from '../feed/graph-feed.ts';
import { positionText } from '../wire/parameters.ts';
import { Refused, problemOf } from '../wire/refused.ts';
import { compileFilter } from '../subscription/filter.ts';
import { readPage, streamFacts } from './fact-pages.ts';

const MAX_FACTS = 10_000;
const graph = graphField;
const time = z
  .string('must be an ISO 8601 time')
  .transform((text, context): number => {
    const ms = parseTime(text);
    if (ms !== undefined) return ms;
    context.addIssue({ code: 'custom', message: 'must be an ISO 8601 time' });
    return z.NEVER;
  })
  .meta({
    type: 'string',
    examples: ['2026-01-31T12:00:00Z'],
    description: 'an ISO 8601 time, in UTC unless it names a zone; a + in it is sent as %2B',
  });

const count = z.int().min(0);
const isoOrNull = z.string().nullable();
const LogAnswer = z
  .object({
    graph: z.string(),
    epoch: count,
    epochs: z.array(z.object({ epoch: count, prev: OffsetSchema, opened_at: isoOrNull, reason: z.string() })),
    ...{ earliest: OffsetSchema, floor: OffsetSchema, head: OffsetSchema, facts: count, bytes: count },
    retention: z.object({ facts: count.nullable(), bytes: count.nullable(), age_seconds: z.number().nullable() }),
    damage: z
      .array(z.object({ through: OffsetSchema, batch: z.string().nullable(), reason: z.string(), mended_at: OffsetSchema.nullable() }))
      .describe('batches that can not be read'),
    appended_at: z.object({ first: isoOrNull, last: isoOrNull }),
  })
  .meta({ id: 'Log' });
const FactsAnswer = z
  .object({ graph: z.string(), prev: OffsetSchema, through: OffsetSchema, head: OffsetSchema, facts: z.array(FactAnswer) })
  .meta({ id: 'FactPage', description: 'Everything after prev up to through was considered: the next page is from=through' });

/** `/api/log*`: a log's bounds and epochs, its facts page by page, places by time, evidence of ranges. */
export function logRoutes(feeds: Feeds, { retainFacts, retainBytes, retainAge }: RetentionConfig): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/log',
      tag: 'log',
      summary: "A log's bounds, epochs and retention",
      query: { graph },
      answers: { 200: LogAnswer },
      problems: ['UNKNOWN_GRAPH'],
      async handle({ query, response }) {
        const feed = await feeds.resolve(query.graph, accessOf(response));
        const { epochs, firstAppendedAt, lastAppendedAt, ...bounds } = await feed.log.bounds();
        const damage = await feed.log.damage.list();
        sendJson(response, {
          graph: feed.graph,
          ...bounds,
          epochs: epochs.map(({ epoch, prev, openedAt, reason }) => ({ epoch, prev, opened_at: isoTime(openedAt), reason })),
          retention: { facts: retainFacts ?? null, bytes: retainBytes ?? null, age_seconds: retainAge ?? null },
          damage: damage.map(({ through, batchId, reason, mendedAt }) => ({
            through,
            batch: batchId,
            reason,
            mended_at: mendedAt ?? null,
          })),
          appended_at: { first: isoTime(firstAppendedAt), last: isoTime(lastAppendedAt) },
        });
      },
    }),
    route({
      method: 'get',
      path: '/api/log/facts',
      tag: 'log',
      summary: 'One page of facts; all of them, a line each, as NDJSON',
      query: {
        graph,
        from: positionText.default({ kind: 'earliest' }),
        limit: wholeNumber({ min: 1, max: MAX_FACTS }, 'facts in one answer; default: 1000, as NDJSON: all').optional(),
        types: eventTypesField.default([]),
        path: globField.default(''),
      },
      answers: { 200: FactsAnswer },
      problems: ['UNKNOWN_GRAPH', ...CURSOR_CODES, 'LOG_DAMAGED'],
      media: [JSON_TYPE, NDJSON_TYPE],
      async handle({ query, request, response }) {
        const feed = await feeds.resolve(query.graph, accessOf(response));
        const cursor = await feed.log.resolve(query.from);
        const filter = compileFilter({ eventTypes: query.types, entityTypes: [], path: query.path });
        if (request.accepts([JSON_TYPE, NDJSON_TYPE]) === NDJSON_TYPE) {
          await streamFacts(response.type(NDJSON_TYPE), feed, cursor, query.limit ?? Infinity, filter);
          return;
        }
        const { through, head, facts } = await readPage(feed, cursor, query.limit ?? 1_000, filter);
        const front = JSON.stringify({ graph: feed.graph, prev: cursor, through, head }).slice(0, -1);
        sendJsonText(response, `${front},"facts":[${facts.join(FACT_SEPARATOR)}]}`);
      },
    }),
    route({
      method: 'get',
      path: '/api/log/offset',
      tag: 'log',
      summary: 'The first fact appended at or after a time',
      query: { graph, ts: time },
      answers: { 200: z.object({ graph: z.string(), offset: OffsetSchema.nullable().describe('null if there is none yet') }) },
      problems: ['UNKNOWN_GRAPH', 'LOG_DAMAGED'],
      async handle({ query, response }) {
        const feed = await feeds.resolve(query.graph, accessOf(response));
        sendJson(response, { graph: feed.graph, offset: await firstAfter(feed, query.ts) });
      },
    }),
    route({
      method: 'get',
      path: '/api/log/receipt',
      tag: 'log',
      summary: 'How many facts are in (from, to], and the sum of their hashes',
      query: { graph, from: offsetField('the cursor before the range'), to: offsetField('its last fact') },
      answers: { 200: z.object({ graph: z.string(), from: OffsetSchema, to: OffsetSchema, count, digest: z.string() }) },
      problems: ['UNKNOWN_GRAPH', ...CURSOR_CODES, 'LOG_DAMAGED'],
      async handle({ query: { graph: name, from, to }, response }) {
        const feed = await feeds.resolve(name, accessOf(response));
        try {
          sendJson(response, { graph: feed.graph, ...(await receipt(feed.log, from, to)) });
        } catch (error) {
          if (error instanceof RangeError) throw new Problem(400, 'BAD_REQUEST', `to: ${to} lies before ${from}`, { field: 'to' });
          throw error;
        }
      },
    }),
  ];
}

/** The first fact appended at or after a time, given in ms since 1970; null if there is none yet. */
async function firstAfter(feed: GraphFeed, ms: number): Promise<Offset | null> {
  const cursor = await feed.log.resolve({ kind: 'time', ms });
  const [first] = await feed.page(cursor);
  return first === undefined ? null : first.offsetAt(first.indexAfter(cursor));
}

function isoTime(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}

/** Turns this service's own errors into problems; returns undefined for any other error. */
export function translate(error: unknown): Problem | undefined {
  return error instanceof Refused ? problemOf(error) : problemOfLog(error);
}
