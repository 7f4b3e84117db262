import { RELATIONSHIP_TYPES, type Relationship } from '@graphtail/facts';
import type { Projection } from '../projection/projection.ts';
import type { Budget } from './budget.ts';
import { nodeOrThrow } from './lookup.ts';
import { pageOf, type PageRequest } from './page.ts';
import { breadthFirst, type Reached } from './walk.ts';

/** One answer lists at most this many relationships. If there are more, it is `truncated`. */
export const MAX_SUBGRAPH_RELATIONSHIPS = 20_000;

export type SubgraphRequest = PageRequest & { readonly node_id: string; readonly depth: number };

/**
 * The surroundings of a node in both directions: the nodes within `depth`, nearest first, in pages. A page has the relationships
 * of its nodes with one another and with the nodes of earlier pages. All pages together have each relationship once.
 * @throws {NotFound} @throws {OverBudget}
 */
export function subgraph(projection: Projection, request: SubgraphRequest, budget: Budget) {
  const start = nodeOrThrow(projection, request.node_id);
  const { reached, truncated } = breadthFirst(projection, {
    starts: [start],
    direction: 'both',
    maxDepth: request.depth,
    typesFrom: () => RELATIONSHIP_TYPES,
    budget,
  });
  const { page, items } = pageOf(reached, request);
  const sofar = new Set(reached.slice(0, request.offset + request.limit).map(({ node }) => node.id));
  const relationships = between(projection, items, sofar, budget);
  return {
    node_id: start.id,
    depth: request.depth,
    nodes: items.map(({ node, depth }) => ({ ...node, depth })),
    relationships: relationships.slice(0, MAX_SUBGRAPH_RELATIONSHIPS),
    ...page,
    truncated: truncated || relationships.length > MAX_SUBGRAPH_RELATIONSHIPS,
  };
}

/**
 * The relationships of a page's nodes with the nodes of this and earlier pages. The list ends with one relationship more than an
 * answer lists, so that the caller sees that there are more.
 */
function between(projection: Projection, items: readonly Reached[], sofar: ReadonlySet<string>, budget: Budget): Relationship[] {
  const found = new Map<string, Relationship>();
  const types = projection.adjacency.types();
  for (const { node } of items) {
    for (const direction of ['out', 'in'] as const) {
      for (const type of types) {
        const ids = projection.adjacency.ids(node.id, direction, type);
        budget.spend(ids.size);
        for (const id of ids) {
          const relationship = projection.relationship(id);
          const other = direction === 'out' ? relationship?.target_id : relationship?.source_id;
          if (relationship === undefined || other === undefined || !sofar.has(other)) continue;
          found.set(id, relationship);
          if (found.size > MAX_SUBGRAPH_RELATIONSHIPS) return [...found.values()];
        }
      }
    }
  }
  return [...found.values()];
}
