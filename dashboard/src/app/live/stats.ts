import { NODE_TYPES, OffsetSchema } from '@graphtail/facts';
import * as z from 'zod';

const counts = z.record(z.string(), z.number());

/** `GET /api/graph/stats`, as far as the page shows it: the graph in figures, at `offset`. */
export const StatsSchema = z.object({
  total_nodes: z.number(),
  total_relationships: z.number(),
  node_types: counts,
  relationship_types: counts,
  languages: counts,
  top_functions: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      node_type: z.enum(NODE_TYPES),
      file_path: z.string(),
      start_line: z.number(),
      complexity: z.number(),
    }),
  ),
  offset: OffsetSchema,
});
export type Stats = z.infer<typeof StatsSchema>;
