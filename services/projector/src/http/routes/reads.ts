import { NODE_TYPES, pathField } from '@graphtail/facts';
import { text, wholeNumber } from '@graphtail/runtime';
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

const MAX_TEXT = 512;

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
      name: text(MAX_TEXT, 'by name: exact, prefix, camelCase, substring, in this order; case-insensitive').optional(),
      q: text(MAX_TEXT, 'as name, over docstrings, signatures and paths too').optional(),
      language: text(64, 'of files in this language').optional(),
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
    query: { limit: wholeNumber({ min: 1, max: 1000 }, 'relationships of one type and direction').default(100) },
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
        symbol: text(1024, 'an id, a qualified name or a name').min(1),
        ...pageFields(100, 1000),
        matches_limit: wholeNumber({ min: 1, max: 1000 }, 'nodes in matches').default(100),
        matches_offset: wholeNumber({ max: 1_000_000 }, 'nodes to leave out before them').default(0),
      },
      answer: ({ projection, query, budget }) => symbolQuery(projection, name, query.symbol, query, budget),
    }),
  ),
];
