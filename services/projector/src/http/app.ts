import { FitnessWatch, type Jobs } from '@graphtail/log';
import {
  addRoutes,
  createApp,
  finishApp,
  unfitness,
  type Audit,
  type Guard,
  type Logger,
  type Registry,
  type Troubles,
} from '@graphtail/runtime';
import type { Express } from 'express';
import type { Redis } from 'ioredis';
import type { Graphs } from '../folding/graphs.ts';
import type { QueryPool } from '../pool/query-pool.ts';
import { adminRoutes } from './routes/admin.ts';
import { CONTENTS } from './routes/contents.ts';
import { HISTORIES } from './routes/histories.ts';
import { READS } from './routes/reads.ts';
import { STRUCTURE } from './routes/structure.ts';
import { WALKS } from './routes/walks.ts';
import { problemOf } from './problems.ts';
import { adminRoute, logRoute, readRoute } from './serve.ts';
import { graphOf } from './view.ts';

export type AppDependencies = {
  readonly graphs: Graphs;
  readonly pool: QueryPool;
  readonly jobs: Jobs;
  readonly redis: Redis;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly guard: Guard;
  readonly troubles: Troubles;
  readonly audit?: Audit | undefined;
};

/** The projector's HTTP app. It answers from the start; `/ready` says when every fold has reached its head once. */
export function projectorApp({ graphs, pool, jobs, redis, logger, registry, guard, troubles, audit }: AppDependencies): Express {
  const fitness = new FitnessWatch(redis, logger);
  troubles.watch(() => [
    ...(redis.status === 'ready' ? [] : [{ code: 'redis_away' as const, message: 'Redis does not answer: nothing new is folded' }]),
    ...unfitness(fitness.reasons),
    ...graphs.all().flatMap(({ fold }) => fold.complaints),
  ]);
  const app = createApp({
    name: 'projector',
    logger,
    registry,
    guard,
    audit,
    health: async () => troubles.health({ redis: redis.status, graphs: graphs.all().map(figures) }),
    ready: () => graphs.ready(),
  });
  const served = { graphs, pool };
  addRoutes(
    app,
    [
      ...[...READS, ...WALKS, ...STRUCTURE, ...CONTENTS].map((each) => readRoute(served, each)),
      ...HISTORIES.map((each) => logRoute(served, each)),
      ...adminRoutes(jobs).map((each) => adminRoute(served, each)),
    ],
    async (graph, seq, access) => (await graphOf(graphs, graph, access)).log.offsetOf(seq),
  );
  finishApp(app, problemOf);
  return app;
}

function figures({ name, fold }: ReturnType<Graphs['all']>[number]) {
  return {
    name,
    cursor: fold.projection?.cursor ?? null,
    head: fold.head,
    lag: fold.lagFacts,
    nodes: fold.nodes,
    relationships: fold.relationships,
    ...(fold.progress !== undefined && { folding: fold.progress }),
  };
}
