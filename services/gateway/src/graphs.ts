import { basename, isAbsolute, resolve } from 'node:path';
import { OffsetSchema, graphNameFor, isGraphName } from '@graphtail/facts';
import { Jobs, openLog, Registry, type RegisteredGraph } from '@graphtail/log';
import { Problem, accessOf, covers, requireGraph, rootRefusal, route, sendJson, type RootRules, type Route } from '@graphtail/runtime';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Services } from './services.ts';

const newGraph = {
  root: z.string().min(1).max(4096).refine(isAbsolute, 'must be an absolute path').describe('folder to analyse'),
  name: z
    .string()
    .refine(isGraphName, 'must match [A-Za-z0-9][A-Za-z0-9._-]{0,63}')
    .optional()
    .meta({ type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$', description: "default: the folder's name" }),
};

const Graph = z.object({
  name: z.string(),
  root: z.string().describe('the analysed folder'),
  head: OffsetSchema,
  node_count: z.int().nullable().describe('null while the projector does not answer'),
  relationship_count: z.int().nullable(),
});
const GraphList = z.object({ graphs: z.array(Graph) });

const StatsSchema = z.object({ total_nodes: z.number(), total_relationships: z.number() });
type Stats = z.infer<typeof StatsSchema>;
type Rooted = Pick<RegisteredGraph, 'name' | 'root'>;

/** `GET /api/graphs` and `POST /api/graphs {root, name}`. */
export function graphRoutes(redis: Redis, services: Services, rules: RootRules): Route[] {
  const registry = new Registry(redis);
  const jobs = new Jobs(redis);
  const described = (graph: Rooted) => describeGraph(redis, graph, statsOf(services, graph.name));
  return [
    route({
      method: 'get',
      path: '/api/graphs',
      tag: 'graphs',
      summary: 'The graphs, with their roots, heads and sizes',
      answers: { 200: GraphList },
      async handle({ response }) {
        const access = accessOf(response);
        const registered = await asked(registry.list());
        const graphs = await Promise.all(registered.filter(({ name }) => covers(access, name)).map(described));
        sendJson(response, { graphs });
      },
    }),
    route({
      method: 'post',
      path: '/api/graphs',
      tag: 'graphs',
      summary: 'Add a graph: 201, or 200 if it was there',
      body: newGraph,
      answers: { 200: Graph, 201: Graph },
      problems: ['GRAPH_NAME_TAKEN'],
      async handle({ body: { root: given, name = graphNameFor(basename(resolve(given))) }, response }) {
        requireGraph(accessOf(response), name);
        // `/a/b/` and `/a/b` are one root.
        const root = resolve(given);
        const refusal = await rootRefusal(root, rules);
        if (refusal !== undefined)
          throw new Problem(refusal.code === 'FORBIDDEN' ? 403 : 400, refusal.code, `root: ${refusal.message}`, { field: 'root' });
        const outcome = await asked(registry.add(name, root));
        if (outcome === 'other_root') {
          throw new Problem(409, 'GRAPH_NAME_TAKEN', `The graph ${name} is of another folder; give this one another name.`, {
            field: 'name',
          });
        }
        // Ingest analyses a graph that is new to it, and compares one that it knows: no job is needed, only a nudge.
        await asked(jobs.wake({ graph: name, kind: 'added' }));
        response.status(outcome === 'added' ? 201 : 200).json(await described({ name, root }));
      },
    }),
  ];
}

/** A graph as it is told: counts are null where the projector can't say yet. */
async function describeGraph(redis: Redis, { name, root }: Rooted, figures: Promise<Stats | undefined>) {
  const [{ head }, stats] = await Promise.all([asked(openLog(redis, name).state()), figures]);
  return { name, root, head, node_count: stats?.total_nodes ?? null, relationship_count: stats?.total_relationships ?? null };
}

async function statsOf(services: Services, graph: string): Promise<Stats | undefined> {
  try {
    const response = await services.get('projector', `/api/graph/stats?graph=${encodeURIComponent(graph)}`);
    return StatsSchema.safeParse(await response.json()).data;
  } catch {
    return undefined;
  }
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
