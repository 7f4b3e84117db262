import { stat } from 'node:fs/promises';
import { basename, isAbsolute, resolve } from 'node:path';
import { graphNameFor, isGraphName } from '@graphtail/facts';
import { Jobs, openLog, Registry, type RegisteredGraph } from '@graphtail/log';
import { parseBody, Problem } from '@graphtail/runtime';
import express, { Router } from 'express';
import type { Redis } from 'ioredis';
import { z } from 'zod';

const STATS_WITHIN_MS = 2000;

const NewGraphSchema = z.strictObject({
  root: z.string().min(1).max(4096).refine(isAbsolute, 'must be an absolute path').describe('folder to analyse'),
  name: z.string().refine(isGraphName, 'must match [A-Za-z0-9][A-Za-z0-9._-]{0,63}').optional().describe("default: the folder's name"),
});

const StatsSchema = z.object({ total_nodes: z.number(), total_relationships: z.number() });

/** `GET /api/graphs` and `POST /api/graphs {root, name}`. */
export function graphRoutes(redis: Redis, projectorUrl: string): Router {
  const router = Router();
  const registry = new Registry(redis);
  const jobs = new Jobs(redis);

  router.get('/', async (_request, response) => {
    const registered = await asked(registry.list());
    const graphs = await Promise.all(registered.map((graph) => describeGraph(redis, projectorUrl, graph)));
    response.json({ graphs });
  });

  router.post('/', express.json({ limit: '16kb' }), async (request, response) => {
    const { root: given, name = graphNameFor(basename(resolve(given))) } = parseBody(NewGraphSchema, request.body);
    // `/a/b/` and `/a/b` are one root.
    const root = resolve(given);
    if (!(await isFolder(root))) throw new Problem(400, 'BAD_REQUEST', `root: there is no folder at ${root}`, { field: 'root' });
    const outcome = await asked(registry.add(name, root));
    if (outcome === 'other_root') {
      throw new Problem(409, 'GRAPH_NAME_TAKEN', `The graph ${name} is of another folder; give this one another name.`, { field: 'name' });
    }
    // Ingest analyses a graph that is new to it, and compares one that it knows: no job is needed, only a nudge.
    await asked(jobs.wake({ graph: name, kind: 'added' }));
    response.status(outcome === 'added' ? 201 : 200).json(await describeGraph(redis, projectorUrl, { name, root }));
  });
  return router;
}

/** A graph as it is told: counts are null where the projector can't say yet. */
async function describeGraph(redis: Redis, projectorUrl: string, { name, root }: Pick<RegisteredGraph, 'name' | 'root'>) {
  const [{ head }, stats] = await Promise.all([asked(openLog(redis, name).state()), statsOf(projectorUrl, name)]);
  return { name, root, head, node_count: stats?.total_nodes ?? null, relationship_count: stats?.total_relationships ?? null };
}

async function statsOf(projectorUrl: string, graph: string): Promise<z.infer<typeof StatsSchema> | undefined> {
  try {
    const url = new URL(`/api/graph/stats?graph=${encodeURIComponent(graph)}`, projectorUrl);
    const response = await fetch(url, { signal: AbortSignal.timeout(STATS_WITHIN_MS) });
    return StatsSchema.safeParse(await response.json()).data;
  } catch {
    return undefined;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** What Redis is asked fails for one reason here: it is away. */
async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const problem = new Problem(503, 'UNAVAILABLE', 'Redis does not answer just now.', { service: 'redis', retry_after_seconds: 1 });
    problem.cause = error;
    throw problem;
  }
}
