import { RELATIONSHIP_TYPES, type Relationship } from '@graphtail/facts';
import type { Projection } from '../projection/projection.ts';
import { nodeOrThrow } from './lookup.ts';
import { pageOf, type PageRequest } from './page.ts';
import { breadthFirst } from './walk.ts';

export type SubgraphRequest = PageRequest & { readonly node_id: string; readonly depth: number };

/**
 * The surroundings of a node, whatever the direction: nodes within `depth`, nearest first, and all relationships of the
 * page's nodes with one another and with those of the pages before it: all pages together have each once.
 * @throws {NotFound}
 */
export function subgraph(projection: Projection, request: SubgraphRequest) {
  const start = nodeOrThrow(projection, request.node_id);
  const { reached, truncated } = breadthFirst(projection, {
    start,
    direction: 'both',
    maxDepth: request.depth,
    typesFrom: () => RELATIONSHIP_TYPES,
  });
  const { page, items } = pageOf(reached, request);
  const here = new Set(items.map(({ node }) => node.id));
  const sofar = new Set(reached.slice(0, request.offset + request.limit).map(({ node }) => node.id));
  return {
    node_id: start.id,
    depth: request.depth,
    nodes: items.map(({ node, depth }) => ({ ...node, depth })),
    relationships: between(projection, sofar).filter((each) => here.has(each.source_id) || here.has(each.target_id)),
    ...page,
    truncated,
  };
}

/** All relationships that start and end in a set of nodes. */
export function between(projection: Projection, ids: ReadonlySet<string>): Relationship[] {
  const found: Relationship[] = [];
  for (const id of ids) {
    for (const type of RELATIONSHIP_TYPES) {
      for (const each of projection.adjacency.ids(id, 'out', type)) {
        const relationship = projection.relationship(each);
        if (relationship !== undefined && ids.has(relationship.target_id)) found.push(relationship);
      }
    }
  }
  return found;
}
