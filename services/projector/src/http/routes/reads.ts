import { OffsetSchema, RELATIONSHIP_TYPES } from '@graphtail/facts';
import { NodeAnswer, RelationshipAnswer, text, wholeNumber } from '@graphtail/runtime';
import { z } from 'zod';
import { BY_PAGE_RANK, CATEGORIES, category } from '../../queries/categories.ts';
import { entryPoints } from '../../queries/entry-points.ts';
import { nodeDetails } from '../../queries/node.ts';
import { MATCHES, search } from '../../queries/search.ts';
import { SORTS } from '../../queries/order.ts';
import { seams } from '../../queries/seams.ts';
import { stats } from '../../queries/stats.ts';
import { SYMBOL_QUERIES, symbolQuery } from '../../queries/symbol.ts';
import { excludeField, filterFields, orderField, pageFields, sortField } from '../fields.ts';
import { CategorisedNode, count, digest, page, relationships } from '../results.ts';
import { read } from '../route.ts';

const MAX_TEXT = 512;
const NO_SOURCE = ['test', 'generated', 'vendored'] as const;
const HUB_SORTS = [...SORTS, BY_PAGE_RANK] as const;
const ORDERS = { entry_points: 'surest first', hubs: 'by degree', leaves: 'by id' } as const;

const counts = z.record(z.string(), count);
const TopFunction = NodeAnswer.pick({ id: true, name: true, node_type: true, file_path: true, start_line: true, complexity: true })
  .extend({ degree: count })
  .meta({ id: 'TopFunction' });
const Hit = NodeAnswer.extend({ match: z.enum(MATCHES) }).meta({ id: 'Hit', description: 'A node, and by what it was found' });
const RelationshipsOfType = z
  .object({ out_count: count, in_count: count, out: relationships, in: relationships })
  .meta({ id: 'RelationshipsOfType' });
const Seam = RelationshipAnswer.extend({ source: NodeAnswer.optional(), target: NodeAnswer.optional() }).meta({ id: 'Seam' });
const SymbolResult = z
  .object({ symbol_id: z.string(), node: NodeAnswer, relationship: RelationshipAnswer, line: count.nullable() })
  .meta({ id: 'SymbolResult' });

/** Queries about nodes: single nodes and lists. */
export const READS = [
  read({
    method: 'get',
    path: '/api/graph/stats',
    summary: 'Figures about the graph',
    result: {
      ...{ total_nodes: count, total_relationships: count, seam_count: count, entry_points: count, leaves: count, anomalies: count },
      ...{ node_types: counts, relationship_types: counts, languages: counts, complexity_distribution: counts },
      top_functions: z.array(TopFunction),
      offset: OffsetSchema,
      state_digest: digest,
    },
    needs: () => ['census', 'categories'],
    answer: ({ projection }) => ({ ...stats(projection), offset: projection.cursor }),
  }),
  read({
    method: 'get',
    path: '/api/graph/nodes/search',
    summary: 'Nodes by name or text, best match first',
    query: {
      name: text(
        MAX_TEXT,
        'a name, an id, the path of a route or file, or several words of these: exact, prefix, camelCase, substring, in this order; case-insensitive. If nothing matches, similar names',
      ).optional(),
      q: text(MAX_TEXT, 'as name, over docstrings, signatures and paths too').optional(),
      ...filterFields,
      exclude: excludeField([]),
      sort: sortField('best match first'),
      ...pageFields(50, 1000),
    },
    result: { results: z.array(Hit), total_count: count, limit: count, offset: count },
    needs: ({ name, q, path, sort }) => [
      ...(q !== undefined || name !== undefined ? (['names'] as const) : []),
      ...(q !== undefined ? (['texts'] as const) : []),
      ...(q !== undefined || path !== undefined || /[\s/]/.test(name ?? '') ? (['files'] as const) : []),
      ...(sort === 'degree' ? (['degrees'] as const) : []),
    ],
    isHeavy: ({ q }) => q !== undefined,
    narrow: { field: 'limit', hint: 'ask for a longer name, or filter by path' },
    answer: ({ projection, query, budget }) => search(projection, query, budget),
  }),
  read({
    method: 'get',
    path: '/api/graph/nodes/{id}',
    summary: 'A node, its degree, and its relationships by type',
    query: { limit: wholeNumber({ min: 1, max: 1000 }, 'relationships of one type and direction').default(100) },
    result: {
      node: NodeAnswer,
      ...{ degree: count, out_degree: count, in_degree: count },
      relationships: z.partialRecord(z.enum(RELATIONSHIP_TYPES), RelationshipsOfType),
    },
    problems: ['NOT_FOUND'],
    needs: () => ['adjacency'],
    answer: ({ projection, query, id, budget }) => nodeDetails(projection, id, query, budget),
  }),
  read({
    method: 'get',
    path: '/api/graph/seams',
    summary: 'Calls across a network, each with the route that serves it',
    query: pageFields(100, 1000),
    result: { seams: z.array(Seam), ...page },
    needs: () => ['adjacency'],
    answer: ({ projection, query, budget }) => seams(projection, query, budget),
  }),
  ...CATEGORIES.map((name) =>
    read({
      method: 'get',
      path: `/api/graph/categories/${name}`,
      summary: `One page of the graph's ${name.replace('_', ' ')}`,
      query: {
        exclude: excludeField(name === 'leaves' ? [] : NO_SOURCE),
        // Only hubs may be sorted by PageRank. The type is the wider one for all.
        sort: orderField((name === 'hubs' ? HUB_SORTS : SORTS) as typeof HUB_SORTS, ORDERS[name]),
        ...pageFields(50, 1000),
      },
      result: { category: z.literal(name), nodes: z.array(CategorisedNode), ...page },
      needs: ({ sort }) => ['categories', ...(sort === BY_PAGE_RANK ? (['adjacency'] as const) : [])],
      isHeavy: ({ sort }) => sort === BY_PAGE_RANK,
      answer: ({ projection, query, budget }) => category(projection, name, query, budget),
    }),
  ),
  read({
    method: 'get',
    path: '/api/graph/entry-points',
    summary: 'Entry points: where programs and requests start, with confidence and reason',
    query: { exclude: excludeField(NO_SOURCE), sort: sortField(ORDERS.entry_points), ...pageFields(100, 1000) },
    result: { entry_points: z.array(CategorisedNode), ...page },
    needs: () => ['categories'],
    answer: ({ projection, query, budget }) => entryPoints(projection, query, budget),
  }),
  ...SYMBOL_QUERIES.map((name) =>
    read({
      method: 'get',
      path: `/api/graph/query/${name}`,
      summary: `The ${name} of a symbol`,
      query: {
        symbol: text(1024, 'an id, a qualified name or a name').min(1),
        exclude: excludeField([]),
        sort: sortField('by id'),
        ...pageFields(100, 1000),
        matches_limit: wholeNumber({ min: 1, max: 1000 }, 'nodes in matches').default(100),
        matches_offset: wholeNumber({ max: 1_000_000 }, 'nodes to leave out before them').default(0),
      },
      result: {
        ...{ symbol: z.string(), query: z.literal(name) },
        matches: z.array(NodeAnswer.extend({ count: count.describe('results about this node') })),
        matches_total: count,
        results: z.array(SymbolResult),
        ...page,
      },
      problems: ['NOT_FOUND'],
      needs: ({ sort }) => ['names', 'adjacency', ...(sort === 'degree' ? (['degrees'] as const) : [])],
      narrow: { field: 'symbol', hint: 'name a node by its id or qualified name' },
      answer: ({ projection, query, budget }) => symbolQuery(projection, name, query.symbol, query, budget),
    }),
  ),
];
