import { OffsetSchema, isLogName, seqOf } from '@graphtail/facts';
import type { Consumer } from '@graphtail/log';
import { parseBody, parseQuery, Problem } from '@graphtail/runtime';
import { Router } from 'express';
import { z } from 'zod';
import type { Delivery } from '../delivery.ts';
import { lostTo, type DurableCursors } from '../durable-cursors.ts';
import type { Feeds } from '../feeds.ts';
import type { GraphFeed } from '../graph-feed.ts';
import { consumerName, positionText } from '../parameters.ts';
import type { Session } from '../session.ts';

const MAX_LISTED = 1_000;

const graph = z.string('must be one name').refine(isLogName, 'is not the name of a graph').optional();
const GraphQuery = z.strictObject({ graph });
const ListQuery = z.strictObject({
  graph,
  limit: z.coerce.number('must be a number').int().min(1).max(MAX_LISTED).default(MAX_LISTED),
});
const NamePath = z.object({ name: consumerName });
const AckBody = z.strictObject({ cursor: OffsetSchema, session: z.string().max(64).optional() });
const SeekBody = z.strictObject({ to: positionText });

/** `/api/consumers*`: who is connected and how far each has got; durable cursors, and how they are moved. */
export function consumerRoutes(delivery: Delivery, feeds: Feeds, durable: DurableCursors): Router {
  const router = Router();

  router.get('/api/consumers', async (request, response) => {
    const { graph: name, limit } = parseQuery(ListQuery, request.query);
    const listed = name === undefined ? Array.from(feeds) : [await feeds.resolve(name)];
    const rows = await Promise.all(listed.map((feed) => rowsOf(feed, [...delivery.sessions], durable)));
    const consumers = rows.flat();
    response.json({ consumers: consumers.slice(0, limit), total: consumers.length });
  });

  router.post('/api/consumers/:name/ack', async (request, response) => {
    const { name } = parseQuery(NamePath, request.params);
    const { cursor, session: id } = parseBody(AckBody, request.body);
    const feed = await feeds.resolve(parseQuery(GraphQuery, request.query).graph);
    const wasSent = durable.sessionOf(feed, name, id)?.subscription.hasBeenSent(cursor) ?? true;
    const answer = await durable.acknowledge(feed, name, id, cursor, wasSent);
    if (answer.kind === 'unknown') throw unknown(name);
    if (answer.kind === 'replaced') throw lostTo(await durable.of(feed).get(name), name);
    response.json({ graph: feed.graph, name, cursor: answer.cursor });
  });

  router.post('/api/consumers/:name/seek', async (request, response) => {
    const { name } = parseQuery(NamePath, request.params);
    const { to } = parseBody(SeekBody, request.body);
    const feed = await feeds.resolve(parseQuery(GraphQuery, request.query).graph);
    const cursor = await feed.log.resolve(to);
    if (!(await durable.of(feed).seek(name, cursor))) throw unknown(name);
    await durable.lookAgain();
    response.json({ graph: feed.graph, name, cursor });
  });

  router.delete('/api/consumers/:name', async (request, response) => {
    const { name } = parseQuery(NamePath, request.params);
    const feed = await feeds.resolve(parseQuery(GraphQuery, request.query).graph);
    if (!(await durable.of(feed).delete(name))) throw unknown(name);
    await durable.lookAgain();
    response.status(204).end();
  });

  return router;
}

function unknown(name: string): Problem {
  return new Problem(404, 'NOT_FOUND', `there is no consumer ${name}`);
}

/** The sessions of a graph, and the durable cursors that none of them has. */
async function rowsOf(feed: GraphFeed, all: readonly Session[], durable: DurableCursors) {
  const sessions = all.filter((session) => session.feed === feed);
  const stored = new Map((await durable.of(feed).list()).map((consumer) => [consumer.name, consumer]));
  const live = sessions.map((session) => sessionRow(session, stored.get(session.consumer?.name ?? '')));
  const held = new Set(sessions.map(({ consumer }) => consumer?.name));
  const { head } = await feed.log.state();
  const rest = [...stored.values()].filter(({ name }) => !held.has(name));
  return [...live, ...rest.map((consumer) => storedRow(feed, consumer, Math.max(0, seqOf(head) - seqOf(consumer.cursor))))];
}

function sessionRow({ id, consumer, feed, transport, connectedAt, filter, subscription }: Session, stored: Consumer | undefined) {
  const { cursor, mode, delivered } = subscription;
  const lag = Math.max(0, seqOf(feed.head) - seqOf(cursor));
  return {
    id,
    name: consumer?.name ?? null,
    graph: feed.graph,
    transport,
    state: mode,
    cursor,
    acknowledged: stored?.cursor ?? null,
    lag,
    lag_seconds: lag === 0 ? 0 : lagSeconds(feed.appendedAt, delivered.appendedAt),
    connected_at: new Date(connectedAt).toISOString(),
    delivered: delivered.facts,
    bytes: delivered.bytes,
    filters: { types: filter.eventTypes, entities: filter.entityTypes, path: filter.path === '' ? null : filter.path },
  };
}

/** Nobody is connected, or to another notifier. */
function storedRow(feed: GraphFeed, { name, cursor }: Consumer, lag: number) {
  return {
    id: null,
    name,
    graph: feed.graph,
    transport: null,
    state: 'stored',
    cursor,
    acknowledged: cursor,
    lag,
    lag_seconds: lag === 0 ? 0 : null,
    connected_at: null,
    delivered: 0,
    bytes: 0,
    filters: null,
  };
}

/** Append times apart; null where one of them is not known. */
function lagSeconds(head: number | undefined, mine: number | undefined): number | null {
  return head === undefined || mine === undefined ? null : Math.max(0, head - mine) / 1000;
}
