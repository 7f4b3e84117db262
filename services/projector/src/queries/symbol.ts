import type { GraphNode, Relationship, RelationshipType } from '@graphtail/facts';
import type { Direction } from '../projection/adjacency.ts';
import type { Projection } from '../projection/projection.ts';
import { byText } from '../projection/ranking.ts';
import { nodesOf } from './lookup.ts';
import { pageOf, type PageRequest } from './page.ts';

export const SYMBOL_QUERIES = ['callers', 'callees', 'references'] as const;
export type SymbolQuery = (typeof SYMBOL_QUERIES)[number];

const FOLLOWED: Readonly<Record<SymbolQuery, { readonly direction: Direction; readonly types: readonly RelationshipType[] }>> = {
  callers: { direction: 'in', types: ['calls', 'instantiates'] },
  callees: { direction: 'out', types: ['calls', 'instantiates'] },
  references: {
    direction: 'in',
    types: ['calls', 'instantiates', 'inherits', 'implements', 'overrides', 'references', 'uses', 'imports', 'depends_on'],
  },
};

/**
 * Who calls a symbol, whom it calls, or who refers to it. A name that several nodes have is answered for each of
 * them: `matches` lists them, each result names the one it is about in `symbol_id`.
 * @throws {NotFound} where no node answers to the symbol
 */
export function symbolQuery(projection: Projection, query: SymbolQuery, symbol: string, request: PageRequest) {
  const groups = nodesOf(projection, symbol).map((node) => ({ node, related: related(projection, node, query) }));
  const { page, items } = pageOf(
    groups.flatMap((group) => group.related),
    request,
  );
  return {
    symbol,
    query,
    matches: groups.map(({ node, related: found }) => ({ ...node, count: found.length })),
    results: items,
    ...page,
  };
}

function related(projection: Projection, node: GraphNode, query: SymbolQuery) {
  const { direction, types } = FOLLOWED[query];
  return types
    .flatMap((type) => [...projection.adjacency.ids(node.id, direction, type)])
    .sort(byText)
    .flatMap((id) => {
      const relationship = projection.relationship(id);
      const other = relationship && projection.node(direction === 'in' ? relationship.source_id : relationship.target_id);
      if (relationship === undefined || other === undefined) return [];
      return [{ symbol_id: node.id, node: other, relationship, line: lineOf(projection, relationship) }];
    });
}

/** The line of a relationship in its source's file, from 1; null where it is not known. */
function lineOf(projection: Projection, relationship: Relationship): number | null {
  const source = projection.node(relationship.source_id);
  return source === undefined || relationship.line_offset === undefined ? null : source.start_line + relationship.line_offset;
}
