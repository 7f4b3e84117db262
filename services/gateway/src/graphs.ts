import { basename, isAbsolute, resolve } from 'node:path';
import { OffsetSchema, graphNameFor, isGraphName } from '@graphtail/facts';
import { addGraph, GraphRemoved, openLog, GraphRegistry, removeGraph, type LogState, type RegisteredGraph } from '@graphtail/log';
import {
  Problem,
  accessOf,
  covers,
  nameTarget,
  requireGraph,
  rootRefusal,
  route,
  sendJson,
  type RootRules,
  type Route,
} from '@graphtail/runtime';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { asked } from './asked.ts';
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
  node_count: z.int().nullable().describe('null if the projector does not answer'),
  relationship_count: z.int().nullable(),
});
const GraphList = z.object({ graphs: z.array(Graph) });

const StatsSchema = z.object({ total_nodes: z.number(), total_relationships: z.number() });
type Stats = z.infer<typeof StatsSchema>;
type Rooted = Pick<RegisteredGraph, 'name' | 'root'>;

/** `GET /api/graphs`, `POST /api/graphs {root, name}` and `DELETE /api/graphs/{name}`. */
export function graphRoutes(redis: Redis, services: Services, rules: RootRules): Route[] {
  const registry = new GraphRegistry(redis);
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
        sendJson(response, { graphs: graphs.filter((graph) => graph !== undefined) });
      },
    }),
    route({
      method: 'post',
      path: '/api/graphs',
      tag: 'graphs',
      summary: 'Add a graph: 201, or 200 if it exists',
      body: newGraph,
      answers: { 200: Graph, 201: Graph },
      problems: ['GRAPH_NAME_TAKEN'],
      async handle({ body: { root: given, name = graphNameFor(basename(resolve(given))) }, response }) {
        requireGraph(accessOf(response), name);
        // `/a/b/` and `/a/b` are one root.
        const root = resolve(given);
        nameTarget(response, '', root);
        const refusal = await rootRefusal(root, rules);
        if (refusal !== undefined)
          throw new Problem(refusal.code === 'FORBIDDEN' ? 403 : 400, refusal.code, `root: ${refusal.message}`, { field: 'root' });
        const outcome = await asked(addGraph(redis, name, root));
        if (outcome === 'other_root') {
          throw new Problem(409, 'GRAPH_NAME_TAKEN', `The name ${name} belongs to another folder; choose another name.`, {
            field: 'name',
          });
        }
        const graph = await described({ name, root });
        if (graph === undefined) throw unknownGraph(name);
        response.status(outcome === 'added' ? 201 : 200).json(graph);
      },
    }),
    route({
      method: 'delete',
      path: '/api/graphs/{name}',
      tag: 'graphs',
      summary: 'Delete a graph with its log, snapshots and consumers; its sources stay',
      params: { name: z.string().describe("the graph's name") },
      answers: { 204: null },
      problems: ['UNKNOWN_GRAPH'],
      async handle({ params: { name }, response }) {
        requireGraph(accessOf(response), name);
        if (!isGraphName(name) || !(await asked(removeGraph(redis, name)))) throw unknownGraph(name);
        response.status(204).end();
      },
    }),
  ];
}

function unknownGraph(name: string): Problem {
  return new Problem(404, 'UNKNOWN_GRAPH', `There is no graph ${name}.`);
}

/** The log's state; undefined if the graph is being removed. */
async function stateUnlessRemoved(redis: Redis, name: string): Promise<LogState | undefined> {
  try {
    return await openLog(redis, name).state();
  } catch (error) {
    if (error instanceof GraphRemoved) return undefined;
    throw error;
  }
}

/** A graph as the API shows it; undefined if it is being removed. The counts are null if the projector does not answer with them. */
async function describeGraph(redis: Redis, { name, root }: Rooted, figures: Promise<Stats | undefined>) {
  const [state, stats] = await Promise.all([asked(stateUnlessRemoved(redis, name)), figures]);
  if (state === undefined) return undefined;
  const { head } = state;
  return { name, root, head, node_count: stats?.total_nodes ?? null, relationship_count: stats?.total_relationships ?? null };
}

async function statsOf(services: Services, graph: string): Promise<Stats | undefined> {
  try {
    const { body } = await services.get('projector', `/api/graph/stats?graph=${encodeURIComponent(graph)}`);
    return StatsSchema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
