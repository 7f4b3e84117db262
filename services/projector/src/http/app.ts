import type { Jobs } from '@graphtail/log';
import { createApp, finishApp, type Guard, type Logger, type Registry } from '@graphtail/runtime';
import type { Express } from 'express';
import type { Redis } from 'ioredis';
import type { Graphs } from '../folding/graphs.ts';
import { adminRoutes } from './routes/admin.ts';
import { openApi } from './openapi.ts';
import { CONTENTS } from './routes/contents.ts';
import { HISTORIES } from './routes/histories.ts';
import { READS } from './routes/reads.ts';
import { WALKS } from './routes/walks.ts';
import { problemOf, serveAdmin, serveLog, serveRead } from './serve.ts';

export type AppDependencies = {
  readonly graphs: Graphs;
  readonly jobs: Jobs;
  readonly redis: Redis;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly guard: Guard;
};

/** The projector's HTTP face. It answers from the first moment; `/ready` says when the folds have been at their heads. */
export function projectorApp({ graphs, jobs, redis, logger, registry, guard }: AppDependencies): Express {
  const app = createApp({
    name: 'projector',
    logger,
    registry,
    guard,
    health: async () => ({ status: redis.status === 'ready' ? 'ok' : 'degraded', redis: redis.status, graphs: graphs.all().map(figures) }),
    ready: () => graphs.ready(),
  });
  const reads = [...READS, ...WALKS, ...CONTENTS];
  const wishes = adminRoutes(jobs);
  for (const route of reads) serveRead(app, graphs, route);
  for (const route of HISTORIES) serveLog(app, graphs, route);
  for (const route of wishes) serveAdmin(app, graphs, route);
  const description = openApi(reads, HISTORIES, wishes);
  app.get('/api/graph/openapi.json', (_request, response) => void response.json(description));
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
  };
}
