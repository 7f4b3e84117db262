import type { Offset } from '@graphtail/facts';
import type * as z from 'zod';
import * as answers from './graph-answers.ts';

/** `at`: the answer for the state after that fact; default: the newest. */
type OfState = { readonly graph?: string | undefined; readonly at?: Offset | undefined };

/** Queries about the nodes and relationships of a graph. Every method may throw `ApiError`. */
export type GraphQueries = {
  /** `limit`: relationships of one type and direction. */
  node(of: OfState & { readonly id: string; readonly limit?: number | undefined }): Promise<answers.NodeDetails>;
  /** A node's lines, as they are on the server's disk. */
  source(of: OfState & { readonly id: string }): Promise<answers.SourceLines>;
  /** The facts about a node or relationship, newest first. */
  history(of: OfState & { readonly id: string; readonly limit?: number | undefined }): Promise<answers.EntityHistory>;
  /** The nodes that a text means, the best match first. */
  search(of: OfState & { readonly q: string; readonly limit?: number | undefined }): Promise<answers.Found>;
  /** The files and nodes that changed most often in (from, to]. */
  hot(
    of: Omit<OfState, 'at'> & { readonly from?: Offset | undefined; readonly to?: Offset | undefined; readonly limit?: number | undefined },
  ): Promise<answers.Hot>;
  /** What may break if the nodes change. */
  impact(
    of: OfState & { readonly nodes: readonly string[]; readonly depth?: number | undefined; readonly limit?: number | undefined },
  ): Promise<answers.Impact>;
};

export type Ask = <Schema extends z.ZodType>(
  schema: Schema,
  path: string,
  query: Readonly<Record<string, string | undefined>>,
  body?: object,
) => Promise<z.output<Schema>>;

export function graphQueries(ask: Ask): GraphQueries {
  return {
    node: ({ graph, at, id, limit }) =>
      ask(answers.nodeDetails, `/api/graph/nodes/${encodeURIComponent(id)}`, { graph, at, limit: limit?.toString() }),
    source: ({ graph, at, id }) => ask(answers.sourceLines, `/api/graph/source/${encodeURIComponent(id)}`, { graph, at }),
    history: ({ graph, at, id, limit }) =>
      ask(answers.entityHistory, `/api/graph/history/${encodeURIComponent(id)}`, { graph, at, limit: limit?.toString() }),
    search: ({ graph, at, q, limit }) => ask(answers.found, '/api/graph/nodes/search', { graph, at, q, limit: limit?.toString() }),
    hot: ({ graph, from, to, limit }) => ask(answers.hot, '/api/graph/hot', { graph, from, to, limit: limit?.toString() }),
    impact: ({ graph, at, nodes, depth, limit }) =>
      ask(answers.impact, '/api/graph/impact', { graph, at }, { nodes, max_depth: depth, limit }),
  };
}
