import { Problem } from '@graphtail/runtime';
import { Router } from 'express';
import type { Delivery } from '../delivery.ts';
import type { Feeds } from '../feeds.ts';
import { WEBSOCKET_PATHS } from '../transports/websocket.ts';

/** `/ws/status`: how many are connected, and the bounds of the logs. */
export function sessionRoutes(delivery: Delivery, feeds: Feeds): Router {
  const router = Router();

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

function countBy<Item>(items: readonly Item[], key: (item: Item) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}
