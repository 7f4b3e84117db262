import { createApp, finishApp, Problem, type Logger, type Registry } from '@graphtail/runtime';
import type { Redis } from 'ioredis';
import type { Express } from 'express';
import { serveDashboard } from './dashboard.ts';
import { graphRoutes } from './graphs.ts';
import { systemHealth } from './health.ts';
import { systemMetrics } from './metrics.ts';
import { refuseWrites } from './openness.ts';
import { createProxies, type Upgrade, type Upstreams } from './proxies.ts';

export type GatewayOptions = {
  logger: Logger;
  registry: Registry;
  redis: Redis;
  upstreams: Upstreams;
  /** The dashboard's build; it may appear later. */
  dashboardDir: string;
  ready: () => boolean | string;
  /** Whether requests that change something are taken. */
  writes: boolean;
};

export type Gateway = {
  app: Express;
  /** For the server's 'upgrade' event. */
  upgrade: Upgrade;
  /** Lets go of idle connections to the services. */
  close(): void;
};

/** The one origin that a browser talks to: the dashboard and what concerns all services itself, the rest passed on. */
export function createGateway({ logger, registry, redis, upstreams, dashboardDir, ready, writes }: GatewayOptions): Gateway {
  const app = createApp({
    name: 'gateway',
    logger,
    registry,
    json: false,
    ready,
    health: () => systemHealth(upstreams, redis),
    metrics: systemMetrics(upstreams, registry),
  });
  if (!writes) app.use(refuseWrites);
  app.use('/api/graphs', graphRoutes(redis, upstreams.projector));
  const proxies = createProxies(upstreams, logger);
  app.use(proxies.middleware);
  app.use('/api', (request) => {
    throw new Problem(404, 'NOT_FOUND', `Nothing is at ${request.method} ${request.originalUrl.split('?')[0] ?? ''}.`);
  });
  app.use(serveDashboard(dashboardDir));
  finishApp(app);
  return { app, upgrade: proxies.upgrade, close: proxies.close };
}
