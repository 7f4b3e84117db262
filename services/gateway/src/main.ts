import { connect } from '@graphtail/log';
import { closeServer, defineService, listen, portOf, withoutPassword } from '@graphtail/runtime';
import { z } from 'zod';
import { createGateway } from './gateway.ts';

defineService({
  name: 'gateway',
  config: z.object({
    ingestUrl: z.url().default('http://127.0.0.1:8101').describe('where ingest answers'),
    projectorUrl: z.url().default('http://127.0.0.1:8102').describe('where the projector answers'),
    notifierUrl: z.url().default('http://127.0.0.1:8103').describe('where the notifier answers'),
    dashboardDir: z.string().default('dashboard/dist').describe("the dashboard's build"),
  }),
  async start({ config, logger, registry }) {
    let redisUp = false;
    const redis = connect(config.redisUrl, {
      name: 'graphtail-gateway',
      onState(state, error) {
        if (redisUp !== (state === 'up')) logger[state === 'up' ? 'info' : 'warn']({ reason: error?.message }, `Redis is ${state}`);
        redisUp = state === 'up';
      },
    });
    logger.info({ redis: withoutPassword(config.redisUrl) }, 'starting');
    const { ingestUrl: ingest, projectorUrl: projector, notifierUrl: notifier, dashboardDir } = config;
    const gateway = createGateway({
      logger,
      registry,
      redis,
      upstreams: { ingest, projector, notifier },
      dashboardDir,
      ready: () => redisUp || 'waiting for Redis',
    });
    const server = await listen(gateway.app, config);
    server.on('upgrade', gateway.upgrade);
    return {
      ready: () => redisUp,
      port: portOf(server),
      async close() {
        await closeServer(server);
        gateway.close();
        redis.disconnect();
      },
    };
  },
});
