import { isIPv6 } from 'node:net';
import { delimiter, isAbsolute } from 'node:path';
import { isGraphName, shownRedisAddress } from '@graphtail/facts';
import { GraphRegistry, connect, openLog } from '@graphtail/log';
import { closeServer, defineService, flag, Guard, listen, openAudit, portOf, trustedProxies, type Logger } from '@graphtail/runtime';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { createGateway } from './gateway.ts';
import { RestartsMessageSchema, restartMetrics } from './process-metrics.ts';
import { FROM_PARENT, serviceAddresses, UpstreamsMessageSchema } from './upstreams/addresses.ts';
import { Upstreams } from './upstreams/upstreams.ts';

defineService({
  name: 'gateway',
  config: z.object({
    trustedProxies: trustedProxies([]),
    ingestUrl: serviceAddresses('http://127.0.0.1:8101').describe('addresses of ingest, separated by commas'),
    projectorUrl: serviceAddresses('http://127.0.0.1:8102').describe('addresses of the projector, separated by commas'),
    notifierUrl: serviceAddresses('http://127.0.0.1:8103').describe('addresses of the notifier, separated by commas'),
    dashboardDir: z.string().default('dashboard/dist').describe('folder of the built dashboard'),
    dataDir: z.string().min(1).default('.graphtail').describe("Graphtail's own data folder; no graph can be inside it"),
    allowRoot: z
      .string()
      .default('')
      .transform((text) => text.split(delimiter).filter((folder) => folder !== ''))
      .describe(`with a secret: folders below which graphs may be added, separated by ${delimiter}`),
    monitor: flag(false).describe('evaluate the essential alert rules, where no Prometheus does'),
    graph: z.string().refine(isGraphName).optional().describe('name of a graph that exists from the start'),
    root: z.string().refine(isAbsolute, 'must be an absolute path').optional().describe("absolute path of that graph's folder"),
  }),
  async start({ config, logger, registry, onParentMessage }) {
    let redisUp = false;
    const redis = connect(config.redisUrl, {
      name: 'graphtail-gateway',
      onState(state, error) {
        if (redisUp !== (state === 'up')) logger[state === 'up' ? 'info' : 'warn']({ reason: error?.message }, `Redis is ${state}`);
        redisUp = state === 'up';
      },
    });
    logger.info({ redis: shownRedisAddress(config.redisUrl) }, 'starting');
    const upstreams = new Upstreams(
      { ingest: given(config.ingestUrl), projector: given(config.projectorUrl), notifier: given(config.notifierUrl) },
      { onLookupFailed: (host, error) => logger.warn({ host, err: error }, 'a name of a service can not be looked up') },
    );
    const restarted = restartMetrics(registry);
    onParentMessage((message) => {
      const told = UpstreamsMessageSchema.safeParse(message);
      if (told.success) upstreams.set(told.data.upstreams);
      const counts = RestartsMessageSchema.safeParse(message);
      if (counts.success) restarted(counts.data.restarts);
    });
    const { audit, close: closeAudit } = openAudit({ redis, logger, registry });
    let { port } = config;
    const gateway = createGateway({
      logger,
      registry,
      guard: new Guard(config, { servesDashboard: true }),
      audit,
      redis,
      upstreams,
      dashboardDir: config.dashboardDir,
      roots: { dataDir: config.dataDir, within: config.jwtSecret === undefined ? undefined : config.allowRoot },
      ready: () => redisUp || 'waiting for Redis',
      monitor: config.monitor,
      self: () => `http://${reachable(config.host)}:${String(port)}`,
    });
    if (config.graph !== undefined && config.root !== undefined) await registerAtStart(redis, config.graph, config.root, logger);
    const server = await listen(gateway.app, config, { upgrade: gateway.upgrade, registry, logger, descriptorsPerConnection: 2 });
    port = portOf(server);
    return {
      ready: () => redisUp,
      port,
      async close() {
        await closeServer(server);
        gateway.close();
        await closeAudit();
        redis.disconnect();
      },
    };
  },
});

/** The host by which this machine reaches a server that listens on `host`, as in an address. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return isIPv6(host) ? `[${host}]` : host;
}

/** The addresses of a setting: none before the parent process tells them. */
function given(addresses: readonly string[]): readonly string[] {
  return addresses.filter((address) => address !== FROM_PARENT);
}

/** Registers the graph before the first request is answered. If Redis is away, the gateway starts all the same. */
async function registerAtStart(redis: Redis, graph: string, root: string, logger: Logger): Promise<void> {
  try {
    // A removed graph stays removed until a user adds it again: this may be the same run, restarted after a crash.
    if (await openLog(redis, graph).isRemoved()) return;
    const outcome = await new GraphRegistry(redis).add(graph, root);
    if (outcome === 'other_root') logger.warn({ graph }, 'this graph belongs to another folder; it was not changed');
  } catch (error) {
    logger.warn({ graph, err: error }, 'the graph could not be registered');
  }
}
