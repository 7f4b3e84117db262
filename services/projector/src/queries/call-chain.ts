import type { RelationshipType } from '@graphtail/facts';
import type { Direction } from '../projection/adjacency.ts';
import type { Projection } from '../projection/projection.ts';
import { nodeOrThrow } from './lookup.ts';
import { breadthFirst, type WalkRequest } from './walk.ts';

export type CallChainRequest = { readonly direction: Direction; readonly follow_seams: boolean; readonly max_depth: number };

const CALLS: readonly RelationshipType[] = ['calls', 'instantiates'];
const CALLS_AND_SEAMS: readonly RelationshipType[] = [...CALLS, 'seam'];
const HANDLER: readonly RelationshipType[] = ['references'];

/**
 * How to follow a call. Over a seam it arrives at a route, and goes on to the handler that the route references;
 * backwards the same way.
 */
export function callSteps(projection: Projection, seams: boolean): Pick<WalkRequest, 'typesFrom' | 'admits'> {
  if (!seams) return { typesFrom: () => CALLS };
  return {
    typesFrom: (node, direction) => {
      if (node.node_type === 'route') return direction === 'out' ? HANDLER : CALLS_AND_SEAMS;
      return direction === 'in' ? [...CALLS_AND_SEAMS, ...HANDLER] : CALLS_AND_SEAMS;
    },
    // Any symbol may reference a function as a value; only a route's reference is a call.
    admits: (edge) => edge.relationship_type !== 'references' || projection.node(edge.source_id)?.node_type === 'route',
  };
}

/**
 * The functions that a call from a node runs through (`out`), or from which it is reached (`in`), nearest first.
 * @throws {NotFound}
 */
export function callChain(projection: Projection, id: string, { direction, follow_seams, max_depth }: CallChainRequest) {
  const { reached, edges, truncated } = breadthFirst(projection, {
    start: nodeOrThrow(projection, id),
    direction,
    maxDepth: max_depth,
    ...callSteps(projection, follow_seams),
  });
  const seams = edges.filter((edge) => edge.relationship_type === 'seam').length;
  return {
    start_node: id,
    direction,
    chain: reached.map(({ node, depth }) => ({ ...node, depth })),
    edges,
    has_seams: seams > 0,
    seam_count: seams,
    truncated,
  };
}
