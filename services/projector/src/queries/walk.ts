import type { GraphNode, Relationship, RelationshipType } from '@graphtail/facts';
import type { Direction } from '../projection/adjacency.ts';
import { byText } from '../projection/ranking.ts';
import type { Projection } from '../projection/projection.ts';

/** A walk looks at no more nodes than this, so that no request holds up the others; the answer then says `truncated`. */
export const MAX_WALK = 5000;

export type Directions = Direction | 'both';
export type Reached = { readonly node: GraphNode; readonly depth: number };

export type WalkRequest = {
  readonly start: GraphNode;
  readonly direction: Directions;
  readonly maxDepth: number;
  /** The relationship types to follow from a node. */
  readonly typesFrom: (node: GraphNode, direction: Direction) => readonly RelationshipType[];
  /** Whether a relationship may be followed; default: yes. */
  readonly admits?: (relationship: Relationship) => boolean;
  /** At most {@link MAX_WALK}. */
  readonly maxNodes?: number;
};

export type Walk = {
  /** In the order they were reached; the start first. */
  readonly reached: readonly Reached[];
  /** The relationships that were followed, those that lead back included. */
  readonly edges: readonly Relationship[];
  /** There was more than `maxNodes`. */
  readonly truncated: boolean;
};

type Step = { readonly relationship: Relationship; readonly next: GraphNode };

/** Where a node's relationships lead, in a fixed order. Ends that are not in the graph lead nowhere. */
export function stepsFrom(projection: Projection, node: GraphNode, request: WalkRequest): Step[] {
  const steps: Step[] = [];
  for (const direction of request.direction === 'both' ? (['out', 'in'] as const) : [request.direction]) {
    for (const type of request.typesFrom(node, direction)) {
      for (const id of [...projection.adjacency.ids(node.id, direction, type)].sort(byText)) {
        const relationship = projection.relationship(id);
        if (relationship === undefined || request.admits?.(relationship) === false) continue;
        const next = projection.node(direction === 'out' ? relationship.target_id : relationship.source_id);
        if (next !== undefined) steps.push({ relationship, next });
      }
    }
  }
  return steps;
}

/** Level by level: a node's depth is the length of the shortest way to it. */
export function breadthFirst(projection: Projection, request: WalkRequest): Walk {
  const { start, maxDepth, maxNodes = MAX_WALK } = request;
  const seen = new Map<string, Reached>([[start.id, { node: start, depth: 0 }]]);
  const edges = new Map<string, Relationship>();
  let truncated = false;
  for (const { node, depth } of seen.values()) {
    // A map's iteration meets what is added on the way: it is the queue.
    if (depth >= maxDepth) break;
    for (const { relationship, next } of stepsFrom(projection, node, request)) {
      if (!seen.has(next.id)) {
        if (seen.size >= maxNodes) {
          truncated = true;
          continue;
        }
        seen.set(next.id, { node: next, depth: depth + 1 });
      }
      edges.set(relationship.id, relationship);
    }
  }
  return { reached: [...seen.values()], edges: [...edges.values()], truncated };
}

/**
 * Deep first: nodes come in the order of a depth-first walk. `depth` is the length of the way taken; a node met
 * again by a shorter way is expanded again, or the depth limit would hide what lies behind it.
 */
export function depthFirst(projection: Projection, request: WalkRequest): Walk {
  const { start, maxDepth, maxNodes = MAX_WALK } = request;
  const depths = new Map<string, Reached>();
  const edges = new Map<string, Relationship>();
  let truncated = false;
  const stack: { next: GraphNode; depth: number; relationship?: Relationship }[] = [{ next: start, depth: 0 }];
  for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
    const { next: node, depth, relationship } = step;
    const known = depths.get(node.id);
    if (known === undefined && depths.size >= maxNodes) {
      truncated = true;
      continue;
    }
    if (relationship !== undefined) edges.set(relationship.id, relationship);
    if (known !== undefined && known.depth <= depth) continue;
    depths.set(node.id, { node, depth });
    if (depth >= maxDepth) continue;
    for (const ahead of stepsFrom(projection, node, request).reverse()) stack.push({ ...ahead, depth: depth + 1 });
  }
  return { reached: [...depths.values()], edges: [...edges.values()], truncated };
}
