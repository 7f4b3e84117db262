import type { GraphNode, Relationship, RelationshipType } from '@graphtail/facts';
import type { Direction } from '../projection/adjacency.ts';
import type { Projection } from '../projection/projection.ts';
import { byText } from '../projection/ranking.ts';
import { smallest } from '../projection/smallest.ts';
import type { Budget } from './budget.ts';
import { CALLS, isCall } from './calls.ts';
import { nodesOf } from './lookup.ts';
import { orderBy, type Sort } from './order.ts';
import { originOf, type Origin } from './origin.ts';
import type { PageRequest } from './page.ts';

export const SYMBOL_QUERIES = ['callers', 'callees', 'references'] as const;
export type SymbolQuery = (typeof SYMBOL_QUERIES)[number];

const FOLLOWED: Readonly<Record<SymbolQuery, { readonly direction: Direction; readonly types: readonly RelationshipType[] }>> = {
  callers: { direction: 'in', types: CALLS },
  callees: { direction: 'out', types: CALLS },
  references: {
    direction: 'in',
    types: ['calls', 'instantiates', 'inherits', 'implements', 'overrides', 'references', 'uses', 'imports', 'depends_on'],
  },
};

export type SymbolRequest = PageRequest & {
  /** The page of `matches`. */
  readonly matches_limit: number;
  readonly matches_offset: number;
  /** Origins of results that are left out. */
  readonly exclude?: readonly Origin[] | undefined;
  /** By the nodes of the results; default: symbol by symbol, in the order of their ids. */
  readonly sort?: Sort | undefined;
};

/**
 * The callers of a symbol, its callees, or the nodes that refer to it. If several nodes have the name, the results cover
 * all of them, in the order of their ids. `matches` lists one page of these nodes. Each result has its node's id in `symbol_id`.
 * @throws {NotFound} if no node has the id, qualified name or name @throws {OverBudget}
 */
export function symbolQuery(projection: Projection, query: SymbolQuery, symbol: string, request: SymbolRequest, budget: Budget) {
  const excluded: ReadonlySet<Origin | undefined> = new Set(request.exclude);
  const groups = nodesOf(projection, symbol).map((node) => {
    const ids = relatedIds(projection, node, query, excluded, budget);
    return { node, ids };
  });
  const matches = groups.slice(request.matches_offset, request.matches_offset + request.matches_limit);
  return {
    symbol,
    query,
    matches: matches.map(({ node, ids }) => ({ ...node, count: ids.length })),
    matches_total: groups.length,
    results: pageOfGroups(projection, groups, query, request).map(({ node, id }) => result(projection, node, id, query)),
    total: groups.reduce((sum, { ids }) => sum + ids.length, 0),
    limit: request.limit,
    offset: request.offset,
  };
}

type Group = { readonly node: GraphNode; readonly ids: readonly string[] };

function pageOfGroups(projection: Projection, groups: readonly Group[], query: SymbolQuery, request: SymbolRequest) {
  if (request.sort === undefined) return pageThrough(groups, request);
  const order = orderBy(projection, request.sort);
  const { direction } = FOLLOWED[query];
  const all = groups.flatMap(({ node, ids }) => ids.map((id) => ({ node, id, other: otherEnd(projection, id, direction)! })));
  const compare = (a: (typeof all)[number], b: (typeof all)[number]): number => order(a.other, b.other) || byText(a.id, b.id);
  return smallest(all, request.offset + request.limit, compare).slice(request.offset);
}

/** A page of all groups' ids as one list. Only groups with items on the page are sorted. */
function pageThrough(groups: readonly Group[], { limit, offset }: PageRequest): { node: GraphNode; id: string }[] {
  const page: { node: GraphNode; id: string }[] = [];
  let skip = offset;
  for (const { node, ids } of groups) {
    if (page.length >= limit) break;
    if (skip < ids.length) {
      const wanted = smallest(ids, skip + limit - page.length, byText).slice(skip);
      for (const id of wanted) page.push({ node, id });
    }
    skip = Math.max(0, skip - ids.length);
  }
  return page;
}

/** Unsorted. A relationship whose other end is not in the graph is left out. */
function relatedIds(
  projection: Projection,
  node: GraphNode,
  query: SymbolQuery,
  excluded: ReadonlySet<Origin | undefined>,
  budget: Budget,
): string[] {
  const { direction, types } = FOLLOWED[query];
  const found: string[] = [];
  for (const type of types) {
    const ids = projection.adjacency.ids(node.id, direction, type);
    budget.spend(1 + ids.size);
    for (const id of ids) {
      const other = otherEnd(projection, id, direction);
      if (other === undefined || excluded.has(originOf(other))) continue;
      if (query === 'references' || isCall(projection, projection.relationship(id)!)) found.push(id);
    }
  }
  return found;
}

function otherEnd(projection: Projection, id: string, direction: Direction): GraphNode | undefined {
  const relationship = projection.relationship(id);
  return relationship && projection.node(direction === 'in' ? relationship.source_id : relationship.target_id);
}

function result(projection: Projection, node: GraphNode, id: string, query: SymbolQuery) {
  const relationship = projection.relationship(id)!;
  const other = otherEnd(projection, id, FOLLOWED[query].direction)!;
  return { symbol_id: node.id, node: other, relationship, line: lineOf(projection, relationship) };
}

/** The line of a relationship in its source's file, from 1; null if it is not known. */
function lineOf(projection: Projection, relationship: Relationship): number | null {
  const source = projection.node(relationship.source_id);
  return source === undefined || relationship.line_offset === undefined ? null : source.start_line + relationship.line_offset;
}
