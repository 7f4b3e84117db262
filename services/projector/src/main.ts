import { Jobs, connect } from '@graphtail/log';
import { closeServer, defineService, Guard, listen, openAudit, portOf, retentionConfig, Troubles } from '@graphtail/runtime';
import { Graphs } from './folding/graphs.ts';
import { observeFolds, projectorMetrics } from './folding/metrics.ts';
import { projectorApp } from './http/app.ts';
import { poolMetrics } from './pool/metrics.ts';
import { QueryPool } from './pool/query-pool.ts';

const SAVE_WITHIN_MS = 2_500;

defineService({
  name: 'projector',
  config: retentionConfig,
  async start({ config, logger, registry }) {
    const redis = connect(config.redisUrl, { name: 'graphtail-projector' });
    const openBlocking = () => connect(config.redisUrl, { name: 'graphtail-projector-tail', blocking: true });
    const { retainFacts: facts, retainBytes: bytes, retainAge } = config;
    const retention = { facts, bytes, ageMs: retainAge === undefined ? undefined : retainAge * 1_000 };
    const graphs = new Graphs({ redis, openBlocking, logger, retention, metrics: projectorMetrics(registry) });
    observeFolds(registry, () => graphs.all().map((graph) => graph.fold));
    const pool = new QueryPool({ redisUrl: config.redisUrl, logger, metrics: poolMetrics(registry) });
    const opened = openAudit({ redis, logger, registry });
    const troubles = new Troubles(logger, registry);
    troubles.watch(opened.complaints);
    const app = projectorApp({
      graphs,
      pool,
      jobs: new Jobs(redis),
      redis,
      logger,
      registry,
      guard: new Guard(config),
      troubles,
      audit: opened.audit,
    });
    const server = await listen(app, config, { registry, logger });
    graphs.start();
    return {
      port: portOf(server),
      ready: () => graphs.ready(),
      async close() {
        troubles.close();
        await closeServer(server);
        await Promise.all([pool.close(), opened.close()]);
        await graphs.close(SAVE_WITHIN_MS);
        redis.disconnect();
      },
    };
  },
});
