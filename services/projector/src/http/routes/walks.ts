import { RELATIONSHIP_TYPES } from '@graphtail/facts';
import { z } from 'zod';
import { callChain } from '../../queries/call-chain.ts';
import { subgraph } from '../../queries/subgraph.ts';
import { traverse } from '../../queries/traverse.ts';
import { MAX_WALK } from '../../queries/walk.ts';
import { depthField, directionField, pageFields } from '../fields.ts';
import { read } from '../route.ts';

const id = z.string().min(1).max(4096);
const depth = z.int().min(0);
const bodyPage = (fallback: number, max: number) => ({
  limit: z
    .int()
    .min(1)
    .max(max)
    .default(fallback)
    .describe(`nodes in one answer, at most ${String(max)}`),
  offset: z.int().min(0).max(1_000_000).default(0).describe('nodes to leave out before them'),
});

/** Questions that follow relationships from a node. */
export const WALKS = [
  read({
    method: 'post',
    path: '/api/graph/traverse',
    summary: 'What can be reached from a node',
    body: {
      start_node: id,
      query_type: z.enum(['bfs', 'dfs', 'call_chain']).default('bfs'),
      direction: z.enum(['out', 'in', 'both']).default('out'),
      relationship_types: z.array(z.enum(RELATIONSHIP_TYPES)).min(1).optional().describe('default: all; for call_chain: calls'),
      max_depth: depth.max(50).default(3),
      include_seams: z.boolean().default(true),
      ...bodyPage(1000, MAX_WALK),
    },
    answer: ({ projection, body, budget }) => traverse(projection, body, budget),
  }),
  read({
    method: 'get',
    path: '/api/graph/call-chain/{id}',
    summary: 'The functions that a call runs through, or from which a function is reached',
    query: {
      direction: directionField.default('out'),
      follow_seams: z.stringbool().default(true),
      max_depth: depthField(10, 50),
      ...pageFields(1000, MAX_WALK),
    },
    answer: ({ projection, query, id: start, budget }) => callChain(projection, start, query, budget),
  }),
  read({
    method: 'post',
    path: '/api/graph/subgraph',
    summary: 'The surroundings of a node',
    body: {
      node_id: id,
      depth: depth.max(10).default(1),
      ...bodyPage(200, 2000),
    },
    answer: ({ projection, body, budget }) => subgraph(projection, body, budget),
  }),
];
