import { OffsetSchema, isLogName } from '@graphtail/facts';
import { parseBody, parseQuery, Problem } from '@graphtail/runtime';
import { Router } from 'express';
import { z } from 'zod';
import { consumerRows } from '../consumer-rows.ts';
import type { Delivery } from '../delivery.ts';
import type { DurableCursors } from '../durable-cursors.ts';
import type { Feeds } from '../feeds.ts';
import { consumerName, positionText } from '../parameters.ts';

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
    const rows = await Promise.all(listed.map((feed) => consumerRows(feed, [...delivery.sessions], durable)));
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
    if (answer.kind === 'replaced') throw await durable.lost(feed, name);
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
