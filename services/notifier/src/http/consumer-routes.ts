import { CURSOR_CODES, OffsetSchema } from '@graphtail/facts';
import { Problem, accessOf, graphField, nameTarget, route, sendJson, wholeNumber, type ProblemCode, type Route } from '@graphtail/runtime';
import { z } from 'zod';
import { ConsumerSchema, consumerRows } from '../consumers/consumer-rows.ts';
import type { Delivery } from '../delivery/delivery.ts';
import type { DurableCursors } from '../consumers/durable-cursors.ts';
import type { Feeds } from '../feed/feeds.ts';
import { consumerName, positionText } from '../wire/parameters.ts';
import { missing } from './missing.ts';

const MAX_LISTED = 1_000;

const query = { graph: graphField };
const params = { name: consumerName };
const Moved = z.object({ graph: z.string(), name: z.string(), cursor: OffsetSchema }).meta({ id: 'MovedConsumer' });
const OF_A_CONSUMER: readonly ProblemCode[] = ['NOT_FOUND', 'UNKNOWN_GRAPH', 'CONSUMER_REPLACED', ...CURSOR_CODES];

/** `/api/consumers*`: lists sessions and durable cursors with their positions; moves and deletes durable cursors. */
export function consumerRoutes(delivery: Delivery, feeds: Feeds, durable: DurableCursors): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/consumers',
      tag: 'consumers',
      summary: 'Sessions and durable cursors, with their lag',
      query: { graph: graphField, limit: wholeNumber({ min: 1, max: MAX_LISTED }, 'consumers in one answer').default(MAX_LISTED) },
      answers: { 200: z.object({ consumers: z.array(ConsumerSchema).max(MAX_LISTED), total: z.int().min(0), missing }) },
      problems: ['UNKNOWN_GRAPH'],
      async handle({ query: { graph: name, limit }, response }) {
        const access = accessOf(response);
        const listed = name === undefined ? feeds.visibleTo(access) : [await feeds.resolve(name, access)];
        const rows = await Promise.all(listed.map((feed) => consumerRows(feed, [...delivery.sessions], durable)));
        const consumers = rows.flat();
        sendJson(response, { consumers: consumers.slice(0, limit), total: consumers.length });
      },
    }),
    route({
      method: 'post',
      path: '/api/consumers/{name}/ack',
      tag: 'consumers',
      summary: 'Acknowledge everything up to a cursor; it only moves forward',
      params,
      query,
      body: { cursor: OffsetSchema, session: z.string().max(64).optional().describe('header Graphtail-Session of the event stream') },
      answers: { 200: Moved },
      problems: OF_A_CONSUMER,
      async handle({ params: { name }, query: { graph }, body: { cursor, session: id }, response }) {
        const feed = await feeds.resolve(graph, accessOf(response));
        nameTarget(response, feed.graph, name);
        const wasSent = durable.sessionOf(feed, name, id)?.subscription.hasBeenSent(cursor) ?? true;
        const answer = await durable.acknowledge(feed, name, id, cursor, wasSent);
        if (answer.kind === 'unknown') throw unknown(name);
        if (answer.kind === 'replaced') throw await durable.lost(feed, name);
        sendJson(response, { graph: feed.graph, name, cursor: answer.cursor });
      },
    }),
    route({
      method: 'post',
      path: '/api/consumers/{name}/seek',
      tag: 'consumers',
      summary: 'Put a durable cursor at a position; its session is told to reconnect',
      params,
      query,
      body: { to: positionText },
      answers: { 200: Moved },
      problems: OF_A_CONSUMER,
      async handle({ params: { name }, query: { graph }, body: { to }, response }) {
        const feed = await feeds.resolve(graph, accessOf(response));
        nameTarget(response, feed.graph, name);
        const cursor = await feed.log.resolve(to);
        if (!(await durable.of(feed).seek(name, cursor))) throw unknown(name);
        await durable.lookAgain();
        sendJson(response, { graph: feed.graph, name, cursor });
      },
    }),
    route({
      method: 'delete',
      path: '/api/consumers/{name}',
      tag: 'consumers',
      summary: 'Forget a durable cursor; its session ends',
      params,
      query,
      answers: { 204: null },
      problems: ['NOT_FOUND', 'UNKNOWN_GRAPH'],
      async handle({ params: { name }, query: { graph }, response }) {
        const feed = await feeds.resolve(graph, accessOf(response));
        nameTarget(response, feed.graph, name);
        if (!(await durable.of(feed).delete(name))) throw unknown(name);
        await durable.lookAgain();
        response.status(204).end();
      },
    }),
  ];
}

function unknown(name: string): Problem {
  return new Problem(404, 'NOT_FOUND', `there is no consumer ${name}`);
}
