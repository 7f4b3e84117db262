import { OffsetSchema } from '@graphtail/facts';
import { Problem, ProblemSchema, accessOf, route, sendJson, type Route } from '@graphtail/runtime';
import { z } from 'zod';
import type { Delivery } from '../delivery/delivery.ts';
import type { Feeds } from '../feed/feeds.ts';
import { subscriptionQuery } from '../wire/parameters.ts';
import { eventStream } from '../transports/sse.ts';
import { WEBSOCKET_PATHS } from '../transports/websocket.ts';
import { missing } from './missing.ts';

const count = z.int().min(0);
const SessionsAnswer = z
  .object({
    status: z.literal('ok'),
    active_connections: count,
    by_transport: z.record(z.string(), count),
    by_mode: z.record(z.string(), count),
    graphs: z.record(z.string(), z.object({ head: OffsetSchema, earliest: OffsetSchema })),
    missing,
  })
  .meta({ id: 'Sessions' });

/** `/ws/status`, `/sse/events`, and the answers of WebSocket addresses to requests without an upgrade. */
export function sessionRoutes(delivery: Delivery, feeds: Feeds): Route[] {
  const serveEvents = eventStream(delivery);
  return [
    route({
      method: 'get',
      path: '/ws/status',
      tag: 'subscriptions',
      summary: 'How many are connected, and the bounds of the logs',
      answers: { 200: SessionsAnswer },
      async handle({ response }) {
        const sessions = [...delivery.sessions];
        const graphs: Record<string, { head: string; earliest: string }> = {};
        for (const feed of feeds.visibleTo(accessOf(response))) {
          const { floor } = await feed.log.state();
          graphs[feed.graph] = { head: feed.head, earliest: (await feed.earliest(floor)) ?? feed.head };
        }
        sendJson(response, {
          status: 'ok',
          active_connections: sessions.length,
          by_transport: countBy(sessions, ({ transport }) => transport),
          by_mode: countBy(sessions, ({ subscription }) => subscription.mode),
          graphs,
        });
      },
    }),
    route({
      method: 'get',
      path: '/sse/events',
      tag: 'subscriptions',
      summary: 'Subscribe by server-sent events (docs/PROTOCOL.md)',
      query: subscriptionQuery,
      judgesQuery: true,
      answers: { 200: z.string(), 204: null },
      media: ['text/event-stream'],
      handle: ({ request, response }) => serveEvents(request, response),
    }),
    ...WEBSOCKET_PATHS.map((path) =>
      route({
        method: 'get',
        path,
        tag: 'subscriptions',
        summary: 'Subscribe by WebSocket (docs/PROTOCOL.md); 426 without an upgrade',
        query: subscriptionQuery,
        judgesQuery: true,
        answers: { 426: ProblemSchema },
        media: ['application/problem+json'],
        handle({ response }) {
          response.setHeader('Upgrade', 'websocket');
          throw new Problem(426, 'BAD_REQUEST', 'this is a WebSocket address; server-sent events are at /sse/events');
        },
      }),
    ),
  ];
}

function countBy<Item>(items: readonly Item[], key: (item: Item) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}
