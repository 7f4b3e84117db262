import { OffsetSchema } from '@graphtail/facts';
import { NodeAnswer, RelationshipAnswer } from '@graphtail/runtime';
import { z } from 'zod';

/** Schemas that the answers of several routes share. */

export const count = z.int().min(0);
export const digest = z.string().regex(/^[0-9a-f]{16}$/);
export const nodes = z.array(NodeAnswer);
export const relationships = z.array(RelationshipAnswer);

/** Fields of every answer. */
export const envelope = {
  as_of: OffsetSchema.describe('the offset of the state that answered'),
  execution_time_ms: z.number().min(0),
};

/** Fields of every answer that is a page of a list. */
export const page = { total: count.describe('size of the whole list'), limit: count, offset: count };

export const NodeAtDepth = NodeAnswer.extend({ depth: count.describe('steps from the start') }).meta({ id: 'NodeAtDepth' });

/** A node of a category: its degree and, for an entry point, the confidence and the reason. */
export const CategorisedNode = NodeAnswer.extend({
  degree: count,
  pagerank: z.number().min(0).max(1).optional().describe('of hubs sorted by it: the share of all weight'),
  confidence: z.number().min(0).max(1).optional().describe('of an entry point: how certain it is'),
  reason: z.string().optional().describe('of an entry point: why it is one'),
}).meta({ id: 'CategorisedNode' });

export const wholeGraph = { state_digest: digest, node_count: count, relationship_count: count, nodes, relationships };
