import { RELATIONSHIP_TYPES, type RelationshipType } from '@graphtail/facts';
import type { Projection } from '../projection/projection.ts';
import { callSteps } from './call-chain.ts';
import type { Budget } from './budget.ts';
import { nodeOrThrow } from './lookup.ts';
import type { PageRequest } from './page.ts';
import { breadthFirst, depthFirst, type Directions, type Walk } from './walk.ts';
import { walkPage } from './walk-page.ts';

export type TraverseRequest = PageRequest & {
  readonly start_node: string;
  readonly query_type: 'bfs' | 'dfs' | 'call_chain';
  readonly direction: Directions;
  readonly relationship_types?: readonly RelationshipType[] | undefined;
  readonly max_depth: number;
  readonly include_seams: boolean;
};

/**
 * What can be reached from a node, and over which relationships. `call_chain` follows calls, unless types are named.
 * @throws {NotFound} @throws {OverBudget}
 */
export function traverse(projection: Projection, request: TraverseRequest, budget: Budget) {
  const start = nodeOrThrow(projection, request.start_node);
  const types = allTypes(request);
  const callsOnly = request.query_type === 'call_chain' && request.relationship_types === undefined;
  const walk = request.query_type === 'dfs' ? depthFirst : breadthFirst;
  const result = walk(projection, {
    starts: [start],
    direction: request.direction,
    maxDepth: request.max_depth,
    budget,
    ...(callsOnly ? callSteps(projection, request.include_seams) : { typesFrom: () => types }),
  });
  return answer(request, result);
}

function allTypes({ relationship_types: named, include_seams: seams }: TraverseRequest): readonly RelationshipType[] {
  return (named ?? RELATIONSHIP_TYPES).filter((type) => seams || type !== 'seam');
}

/** `stats` describe the whole walk, not only the page. */
function answer(request: TraverseRequest, walk: Walk) {
  const { nodes, edges, page } = walkPage(walk, request);
  return {
    start_node: request.start_node,
    query_type: request.query_type,
    direction: request.direction,
    nodes,
    edges,
    stats: {
      node_count: walk.reached.length,
      edge_count: walk.edges.length,
      max_depth_reached: walk.reached.reduce((deepest, { depth }) => Math.max(deepest, depth), 0),
      seam_count: walk.edges.filter((edge) => edge.relationship_type === 'seam').length,
      truncated: walk.truncated,
    },
    ...page,
  };
}
