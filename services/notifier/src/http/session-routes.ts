import { isLogName, seqOf } from '@graphtail/facts';
import { parseQuery, Problem } from '@graphtail/runtime';
import { Router } from 'express';
import { z } from 'zod';
import type { Delivery } from '../delivery.ts';
import type { Feeds } from '../feeds.ts';
import type { Session } from '../session.ts';
import { WEBSOCKET_PATHS } from '../transports/websocket.ts';

const MAX_LISTED = 1_000;

const ConsumersQuery = z.strictObject({
  graph: z.string('must be one name').refine(isLogName, 'is not the name of a graph').optional(),
  limit: z.coerce.number('must be a number').int().min(1).max(MAX_LISTED).default(MAX_LISTED),
});

/** `/api/consumers` and `/ws/status`: who is connected, and how far each has got. */
export function sessionRoutes(delivery: Delivery, feeds: Feeds): Router {
  const router = Router();

  router.get('/api/consumers', (request, response) => {
    const { graph, limit } = parseQuery(ConsumersQuery, request.query);
    const sessions = [...delivery.sessions].filter((session) => graph === undefined || session.feed.graph === graph);
    response.json({ consumers: sessions.slice(0, limit).map(describe), total: sessions.length });
  });

  router.get('/ws/status', async (_request, response) => {
    const sessions = [...delivery.sessions];
    const graphs: Record<string, { head: string; earliest: string }> = {};
    for (const feed of feeds) {
      const { floor } = await feed.log.state();
      graphs[feed.graph] = { head: feed.head, earliest: (await feed.earliest(floor)) ?? feed.head };
    }
    response.json({
      status: 'ok',
      active_connections: sessions.length,
      by_transport: countBy(sessions, ({ transport }) => transport),
      by_mode: countBy(sessions, ({ subscription }) => subscription.mode),
      graphs,
    });
  });

  router.get([...WEBSOCKET_PATHS], (_request, response) => {
    response.setHeader('Upgrade', 'websocket');
    throw new Problem(426, 'BAD_REQUEST', 'this is a WebSocket address; server-sent events are at /sse/events');
  });

  return router;
}

function describe({ id, feed, transport, connectedAt, filter, subscription }: Session) {
  const { cursor, mode, deliveredFacts, deliveredBytes, appendedAt } = subscription;
  const lag = Math.max(0, seqOf(feed.head) - seqOf(cursor));
  return {
    id,
    name: null,
    graph: feed.graph,
    transport,
    state: mode,
    cursor,
    lag,
    lag_seconds: lag === 0 ? 0 : lagSeconds(feed.appendedAt, appendedAt),
    connected_at: new Date(connectedAt).toISOString(),
    delivered: deliveredFacts,
    bytes: deliveredBytes,
    filters: { types: filter.eventTypes, entities: filter.entityTypes, path: filter.path === '' ? null : filter.path },
  };
}

/** Append times apart; null where one of them is not known. */
function lagSeconds(head: number | undefined, mine: number | undefined): number | null {
  return head === undefined || mine === undefined ? null : Math.max(0, head - mine) / 1000;
}

function countBy<Item>(items: readonly Item[], key: (item: Item) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}
