import { Jobs, connect } from '@graphtail/log';
import { closeServer, defineService, listen, portOf } from '@graphtail/runtime';
import { z } from 'zod';
import { Graphs } from './folding/graphs.ts';
import { observeFolds, projectorMetrics } from './folding/metrics.ts';
import { projectorApp } from './http/app.ts';

const SAVE_WITHIN_MS = 2_500;

defineService({
  name: 'projector',
  config: z.object({}),
  async start({ config, logger, registry }) {
    const redis = connect(config.redisUrl, { name: 'graphtail-projector' });
    const openBlocking = () => connect(config.redisUrl, { name: 'graphtail-projector-tail', blocking: true });
    const graphs = new Graphs({ redis, openBlocking, logger, metrics: projectorMetrics(registry) });
    observeFolds(registry, () => graphs.all().map((graph) => graph.fold));
    const server = await listen(projectorApp({ graphs, jobs: new Jobs(redis), redis, logger, registry }), config);
    graphs.start();
    return {
      port: portOf(server),
      ready: () => graphs.ready(),
      async close() {
        await closeServer(server);
        await graphs.close(SAVE_WITHIN_MS);
        redis.disconnect();
      },
    };
  },
});
