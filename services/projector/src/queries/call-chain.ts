import type { RelationshipType } from '@graphtail/facts';
import type { Direction } from '../projection/adjacency.ts';
import type { Projection } from '../projection/projection.ts';
import type { Budget } from './budget.ts';
import { CALLS, isCall } from './calls.ts';
import { nodeOrThrow } from './lookup.ts';
import type { PageRequest } from './page.ts';
import { breadthFirst, type WalkRequest } from './walk.ts';
import { walkPage } from './walk-page.ts';

export type CallChainRequest = PageRequest & { readonly direction: Direction; readonly follow_seams: boolean; readonly max_depth: number };

const CALLS_AND_SEAMS: readonly RelationshipType[] = [...CALLS, 'seam'];
const HANDLER: readonly RelationshipType[] = ['references'];

/**
 * How to follow a call. Over a seam, the walk arrives at a route and continues to the handler that the route references.
 * Backwards it goes the same way.
 */
export function callSteps(projection: Projection, seams: boolean): Pick<WalkRequest, 'typesFrom' | 'admits'> {
  if (!seams) return { typesFrom: () => CALLS, admits: (edge) => isCall(projection, edge) };
  return {
    typesFrom: (node, direction) => {
      if (node.node_type === 'route') return direction === 'out' ? HANDLER : CALLS_AND_SEAMS;
      return direction === 'in' ? [...CALLS_AND_SEAMS, ...HANDLER] : CALLS_AND_SEAMS;
    },
    // Any symbol may reference a function as a value; only a route's reference is a call.
    admits: (edge) => {
      if (edge.relationship_type === 'references') return projection.node(edge.source_id)?.node_type === 'route';
      return edge.relationship_type === 'seam' || isCall(projection, edge);
    },
  };
}

/**
 * The functions that a call from a node runs through (`out`), or from which a call reaches the node (`in`), nearest first.
 * @throws {NotFound} @throws {OverBudget}
 */
export function callChain(projection: Projection, id: string, request: CallChainRequest, budget: Budget) {
  const walk = breadthFirst(projection, {
    starts: [nodeOrThrow(projection, id)],
    direction: request.direction,
    maxDepth: request.max_depth,
    budget,
    ...callSteps(projection, request.follow_seams),
  });
  const { nodes, edges, page } = walkPage(walk, request);
  const seams = walk.edges.filter((edge) => edge.relationship_type === 'seam').length;
  return {
    start_node: id,
    direction: request.direction,
    chain: nodes,
    edges,
    has_seams: seams > 0,
    seam_count: seams,
    truncated: walk.truncated,
    ...page,
  };
}
