import { randomUUID } from 'node:crypto';
import type { Jobs } from '@graphtail/log';
import { Problem } from '@graphtail/runtime';
import { z } from 'zod';
import { admin, type AdminRoute } from '../route.ts';

/** Admin requests. Ingest carries out the ones that concern the log; the fold carries out the ones that concern its own state. */
export function adminRoutes(jobs: Jobs): AdminRoute[] {
  return [
    admin({
      path: '/api/graph/admin/reanalyze',
      summary: 'Analyse again: changed files, every file (force), or everything from an empty graph (reset)',
      body: { force: z.boolean().default(false), reset: z.boolean().default(false) },
      result: { analysis_id: z.string() },
      async act({ graph, body }) {
        const analysis_id = randomUUID();
        const taken = await jobs.request(graph.name, {
          analysis_id,
          reason: 'requested',
          force: body.force || body.reset,
          reset: body.reset,
        });
        if (!taken)
          throw new Problem(429, 'RATE_LIMITED', 'Too many analyses wait for this graph.', { retryable: true, retry_after_seconds: 10 });
        return { analysis_id };
      },
    }),
    admin({
      path: '/api/graph/admin/cancel',
      summary: 'Cancel the running analysis',
      result: { cancelling: z.literal(true) },
      async act({ graph }) {
        await jobs.wake({ graph: graph.name, kind: 'cancel' });
        return { cancelling: true };
      },
    }),
    admin({
      path: '/api/graph/admin/rebuild',
      summary: 'Drop the folded state and fold the log again',
      result: {
        rebuilding: z.literal(true),
        projectors: z.array(z.string()).optional().describe('through a gateway with several: those that fold again'),
        missing: z.array(z.string()).optional().describe('through a gateway with several: those that did not answer'),
      },
      act({ graph }) {
        graph.fold.rebuild();
        return { rebuilding: true };
      },
    }),
  ];
}
