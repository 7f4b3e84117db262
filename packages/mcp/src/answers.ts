import { GraphNodeSchema, RelationshipSchema } from '@graphtail/facts';
import { z } from 'zod';

/** What tools read of Graphtail's answers; `/api/openapi.json` has all of them whole. */

const count = z.number();
export const Node = GraphNodeSchema;
export const Edge = RelationshipSchema;
const NodeAtDepth = Node.extend({ depth: count });
const asOf = { as_of: z.string() };

export const Graphs = z.object({ graphs: z.array(z.object({ name: z.string(), root: z.string(), head: z.string() })) });
export const Stats = z.object({
  ...asOf,
  ...{ total_nodes: count, total_relationships: count, seam_count: count, entry_points: count },
  ...{ node_types: z.record(z.string(), count), languages: z.record(z.string(), count), relationship_types: z.record(z.string(), count) },
  state_digest: z.string(),
});
export const Found = z.object({ ...asOf, results: z.array(Node.extend({ match: z.string() })), total_count: count });
export const NodeDetails = z.object({
  ...asOf,
  node: Node,
  ...{ degree: count, out_degree: count, in_degree: count },
  relationships: z.record(z.string(), z.object({ out_count: count, in_count: count, out: z.array(Edge), in: z.array(Edge) })),
});
export const Source = z.object({ start_line: count, end_line: count, lines: z.array(z.string()), truncated: z.boolean() });
export const Related = z.object({
  ...asOf,
  matches: z.array(Node.extend({ count })),
  matches_total: count,
  results: z.array(z.object({ symbol_id: z.string(), node: Node, relationship: Edge, line: count.nullable() })),
  total: count,
});
export const Outline = z.object({ ...asOf, file: Node, nodes: z.array(NodeAtDepth), total: count });
const Affected = z.object({ node: Node, distance: count, via: Edge.optional() });
export const Impact = z.object({
  ...asOf,
  ...{ starts: z.array(Node), starts_total: count, gone: z.array(z.string()) },
  ...{ affected: z.array(Affected), total: count, file_count: count },
  by_file: z.array(z.object({ file_path: z.string(), count, distance: count })),
  ...{ tests: z.array(Affected), routes: z.array(Node), seams: z.array(Edge), truncated: z.boolean() },
});
export const Paths = z.object({ ...asOf, paths: z.array(z.object({ length: count, nodes: z.array(Node), edges: z.array(Edge) })) });
const Container = z.object({ id: z.string(), name: z.string() });
const ContainerEdge = z.object({ source_id: z.string(), target_id: z.string(), count });
export const Cycles = z.object({
  ...asOf,
  cycles: z.array(
    z.object({
      members: z.array(Container),
      member_count: count,
      edges: z.array(ContainerEdge),
      edge_count: count,
      cut: z.array(ContainerEdge),
    }),
  ),
  total: count,
});
export const DeadCode = z.object({
  ...asOf,
  items: z.array(z.object({ node: Node, reason: z.string(), confidence: count })),
  total: count,
});
export const Seams = z.object({ ...asOf, seams: z.array(Edge.extend({ source: Node.optional(), target: Node.optional() })), total: count });
export const Category = z.object({
  ...asOf,
  nodes: z.array(Node.extend({ degree: count, pagerank: z.number().optional() })),
  total: count,
});
export const Chain = z.object({ ...asOf, chain: z.array(NodeAtDepth), edges: z.array(Edge), total: count, truncated: z.boolean() });
const Entities = z.object({ nodes: z.array(z.looseObject({ id: z.string() })), relationships: z.array(z.looseObject({ id: z.string() })) });
export const Diff = z.object({
  ...asOf,
  ...{ from: z.string(), to: z.string(), added: Entities, deleted: Entities },
  updated: z.object({
    nodes: z.array(z.object({ id: z.string(), before: z.record(z.string(), z.unknown()), after: z.record(z.string(), z.unknown()) })),
    relationships: z.array(z.object({ id: z.string() })),
  }),
  counts: z.record(z.enum(['added', 'updated', 'deleted']), z.object({ nodes: count, relationships: count })),
});
export const RulesReport = z.object({
  ...asOf,
  rules: z.array(z.looseObject({ name: z.string() })),
  violations: z.array(
    z.object({ rule: z.string(), source_id: z.string(), target_id: z.string(), relationship_type: z.string(), message: z.string() }),
  ),
  total: count,
  trouble: z.string().nullable(),
});
export const Commits = z.object({
  commits: z.array(z.object({ commit: z.string(), branch: z.string().nullable(), dirty: z.boolean().nullable(), offset: z.string() })),
});
export const At = z.object({ offset: z.string() });
export const Bounds = z.object({ head: z.string(), earliest: z.string(), floor: z.string() });
export const Requested = z.object({ analysis_id: z.string() });

export type GraphNode = z.infer<typeof Node>;
export type Edge = z.infer<typeof Edge>;
