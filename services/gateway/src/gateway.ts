import { ALERTS_LOG } from '@graphtail/facts';
import { DecidedLog, FitnessWatch } from '@graphtail/log';
import {
  addRoutes,
  createApp,
  descriptionOf,
  finishApp,
  Problem,
  Troubles,
  unfitness,
  type Audit,
  type Guard,
  type Logger,
  type Registry,
  type RootRules,
  type Upgrade,
} from '@graphtail/runtime';
import type { Redis } from 'ioredis';
import type { Express } from 'express';
import manifest from '../package.json' with { type: 'json' };
import { alertRoutes } from './alerts/alert-routes.ts';
import { AlertState } from './alerts/alert-state.ts';
import { ApiDescription, descriptionRoutes } from './description.ts';
import { serveDashboard } from './dashboard.ts';
import { graphRoutes } from './graphs.ts';
import { systemHealth } from './health.ts';
import { systemMetrics } from './metrics.ts';
import rules from './monitor/rules.json' with { type: 'json' };
import { watchOver } from './monitor/watch.ts';
import { processMetrics } from './process-metrics.ts';
import { serveMcp } from './mcp.ts';
import { opsRoutes } from './ops/ops-routes.ts';
import { Sampler } from './ops/sampler.ts';
import { scrape, type Scrape } from './ops/scrape.ts';
import { createProxies } from './proxies.ts';
import { NoAnswer, Services } from './services.ts';
import { Deliveries } from './upstreams/delivery.ts';
import { ReadyWatch } from './upstreams/ready-watch.ts';
import type { Upstreams } from './upstreams/upstreams.ts';

/** The log `_alerts` keeps about this many facts. */
const ALERT_FACTS_RETAINED = 10_000;

export type GatewayOptions = {
  logger: Logger;
  registry: Registry;
  guard: Guard;
  audit?: Audit | undefined;
  redis: Redis;
  /** Closed with the gateway. */
  upstreams: Upstreams;
  /** Folder of the dashboard's build. The build may appear later. */
  dashboardDir: string;
  ready: () => boolean | string;
  /** The address at which this gateway is reached on this machine, once it listens. */
  self: () => string;
  /** Whether to look after the services where no Prometheus does, and to raise alerts. Default: no. */
  monitor?: boolean;
  /** Rules for the folders that may become graphs. Default: all folders but the system's. */
  roots?: RootRules;
};

export type Gateway = {
  app: Express;
  /** Passes requests for WebSockets on to the services. */
  upgrade: Upgrade;
  /** Closes the connections to the services. */
  close(): void;
};

/**
 * The one origin that a browser talks to. The gateway itself serves the dashboard and what concerns all services. It passes other
 * requests on to the services.
 */
export function createGateway({
  logger,
  registry,
  guard,
  audit,
  redis,
  upstreams,
  dashboardDir,
  ready,
  self,
  monitor = false,
  roots = {},
}: GatewayOptions): Gateway {
  const deliveries = new Deliveries(upstreams, processMetrics(registry, upstreams));
  const services = new Services(upstreams, deliveries, guard);
  const readyWatch = new ReadyWatch(upstreams, async (upstream) => {
    const answer = await services.isReady(upstream);
    if ('error' in answer) return answer.error instanceof NoAnswer ? 'silent' : 'failed';
    return answer.status === 200 ? 'ready' : 'not_ready';
  });
  const fitness = new FitnessWatch(redis, logger);
  const troubles = new Troubles(logger, registry);
  troubles.watch(() => unfitness(fitness.reasons));
  const app = createApp({
    name: 'gateway',
    logger,
    registry,
    guard,
    audit,
    ready,
    health: () => systemHealth(services, redis, troubles.list),
    metrics: systemMetrics(services, registry),
  });
  const description = new ApiDescription(services, () => descriptionOf(app));
  const scrapeAll = (): Promise<Scrape> => scrape(services, registry);
  const sampler = new Sampler(scrapeAll);
  const alerts = new DecidedLog(redis, ALERTS_LOG, { empty: () => new AlertState(), retainFacts: ALERT_FACTS_RETAINED });
  addRoutes(app, [
    ...graphRoutes(redis, services, roots),
    ...alertRoutes(alerts),
    ...opsRoutes(sampler, redis),
    ...descriptionRoutes(description),
  ]);
  const proxies = createProxies(deliveries, services, logger);
  const endWatch = monitor ? watchOver({ scrape: scrapeAll, log: alerts, rules, logger }) : () => undefined;
  const mcp = serveMcp({ version: manifest.version, self, logger });
  app.use(mcp.middleware);
  app.use(proxies.middleware);
  app.use('/api', (request) => {
    throw new Problem(404, 'NOT_FOUND', `Nothing is at ${request.method} ${request.originalUrl.split('?')[0] ?? ''}.`);
  });
  app.use(serveDashboard(dashboardDir));
  finishApp(app);
  return {
    app,
    upgrade: guard.upgrades(proxies.upgrade),
    close() {
      endWatch();
      for (const part of [troubles, readyWatch, sampler, deliveries, services, proxies, mcp, upstreams]) part.close();
    },
  };
}
