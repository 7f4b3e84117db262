import { RELATIONSHIP_TYPES } from '@graphtail/facts';
import { truth, wholeNumber } from '@graphtail/runtime';
import { z } from 'zod';
import { callChain } from '../../queries/call-chain.ts';
import { subgraph } from '../../queries/subgraph.ts';
import { traverse } from '../../queries/traverse.ts';
import { MAX_WALK } from '../../queries/walk.ts';
import { bodyPageFields, pageFields } from '../fields.ts';
import { NodeAtDepth, count, page, relationships } from '../results.ts';
import { read } from '../route.ts';

const QUERY_TYPES = ['bfs', 'dfs', 'call_chain'] as const;
const needs = () => ['adjacency'] as const;
const id = z.string().min(1).max(4096);
const depth = (fallback: number, max: number) =>
  z
    .int()
    .min(0)
    .max(max)
    .default(fallback)
    .describe(`steps from the node, at most ${String(max)}`);

/** Queries that follow relationships from a node. */
export const WALKS = [
  read({
    method: 'post',
    path: '/api/graph/traverse',
    summary: 'What can be reached from a node',
    body: {
      start_node: id,
      query_type: z.enum(QUERY_TYPES).default('bfs'),
      direction: z.enum(['out', 'in', 'both']).default('out'),
      relationship_types: z
        .array(z.enum(RELATIONSHIP_TYPES))
        .min(1)
        .max(RELATIONSHIP_TYPES.length)
        .optional()
        .describe('default: all; for call_chain: calls'),
      max_depth: depth(3, 50),
      include_seams: z.boolean().default(true),
      ...bodyPageFields(1000, MAX_WALK),
    },
    result: {
      ...{ start_node: id, query_type: z.enum(QUERY_TYPES), direction: z.enum(['out', 'in', 'both']) },
      nodes: z.array(NodeAtDepth),
      edges: relationships,
      stats: z.object({ node_count: count, edge_count: count, max_depth_reached: count, seam_count: count, truncated: z.boolean() }),
      ...page,
    },
    problems: ['NOT_FOUND'],
    needs,
    narrow: { field: 'max_depth', hint: 'go less deep, or name relationship_types' },
    answer: ({ projection, body, budget }) => traverse(projection, body, budget),
  }),
  read({
    method: 'get',
    path: '/api/graph/call-chain/{id}',
    summary: 'The functions that a function calls, directly or through others, or that reach it',
    query: {
      direction: z.enum(['out', 'in']).default('out'),
      follow_seams: truth(true, 'go on behind a seam'),
      max_depth: wholeNumber({ max: 50 }, 'steps from the node').default(10),
      ...pageFields(1000, MAX_WALK),
    },
    result: {
      ...{ start_node: id, direction: z.enum(['out', 'in']) },
      chain: z.array(NodeAtDepth),
      edges: relationships,
      ...{ has_seams: z.boolean(), seam_count: count, truncated: z.boolean() },
      ...page,
    },
    problems: ['NOT_FOUND'],
    needs,
    narrow: { field: 'max_depth', hint: 'go less deep' },
    answer: ({ projection, query, id: start, budget }) => callChain(projection, start, query, budget),
  }),
  read({
    method: 'post',
    path: '/api/graph/subgraph',
    summary: 'The nodes and relationships around a node',
    body: {
      node_id: id,
      depth: depth(1, 10),
      ...bodyPageFields(200, 2000),
    },
    result: { node_id: id, depth: count, nodes: z.array(NodeAtDepth), relationships, ...page, truncated: z.boolean() },
    problems: ['NOT_FOUND'],
    needs,
    narrow: { field: 'depth', hint: 'go less deep' },
    answer: ({ projection, body, budget }) => subgraph(projection, body, budget),
  }),
];
