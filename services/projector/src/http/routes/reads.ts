import { NODE_TYPES, pathField } from '@graphtail/facts';
import { z } from 'zod';
import { CATEGORIES, category } from '../../queries/categories.ts';
import { entryPoints } from '../../queries/entry-points.ts';
import { nodeDetails } from '../../queries/node.ts';
import { search } from '../../queries/search.ts';
import { seams } from '../../queries/seams.ts';
import { stats } from '../../queries/stats.ts';
import { SYMBOL_QUERIES, symbolQuery } from '../../queries/symbol.ts';
import { pageFields } from '../fields.ts';
import { read } from '../route.ts';

const text = z.string().max(512).optional();
const matches = pageFields(100, 1000);

/** Questions about nodes, one by one and in lists. */
export const READS = [
  read({
    method: 'get',
    path: '/api/graph/stats',
    summary: 'The graph in figures',
    answer: ({ projection }) => ({ ...stats(projection), offset: projection.cursor }),
  }),
  read({
    method: 'get',
    path: '/api/graph/nodes/search',
    summary: 'Nodes by name or text, best match first',
    query: {
      name: text.describe('by name: exact, prefix, camelCase, substring, in this order; case-insensitive'),
      q: text.describe('as name, over docstrings, signatures and paths too'),
      language: text,
      node_type: z.enum(NODE_TYPES).optional(),
      path: pathField.optional(),
      ...pageFields(50, 1000),
    },
    answer: ({ projection, query }) => search(projection, query),
  }),
  read({
    method: 'get',
    path: '/api/graph/nodes/{id}',
    summary: 'A node, its degree, and its relationships by type',
    query: { limit: pageFields(100, 1000).limit.describe('relationships of one type and direction, at most 1000') },
    answer: ({ projection, query, id }) => nodeDetails(projection, id, query),
  }),
  read({
    method: 'get',
    path: '/api/graph/seams',
    summary: 'Calls across a network, each with the route that serves it',
    query: pageFields(100, 1000),
    answer: ({ projection, query, budget }) => seams(projection, query, budget),
  }),
  ...CATEGORIES.map((name) =>
    read({
      method: 'get',
      path: `/api/graph/categories/${name}`,
      summary: `One page of the graph's ${name.replace('_', ' ')}`,
      query: pageFields(50, 1000),
      answer: ({ projection, query }) => category(projection, name, query),
    }),
  ),
  read({
    method: 'get',
    path: '/api/graph/entry-points',
    summary: 'Where programs and requests start, with confidence and reason',
    query: pageFields(100, 1000),
    answer: ({ projection, query }) => entryPoints(projection, query),
  }),
  ...SYMBOL_QUERIES.map((name) =>
    read({
      method: 'get',
      path: `/api/graph/query/${name}`,
      summary: `The ${name} of a symbol`,
      query: {
        symbol: z.string().min(1).max(1024).describe('an id, a qualified name or a name'),
        ...pageFields(100, 1000),
        matches_limit: matches.limit.describe('nodes in matches, at most 1000'),
        matches_offset: matches.offset.describe('nodes to leave out before them'),
      },
      answer: ({ projection, query, budget }) => symbolQuery(projection, name, query.symbol, query, budget),
    }),
  ),
];
