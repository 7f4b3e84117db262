import type { GraphNode, Relationship, RelationshipType } from '@graphtail/facts';
import type { Direction } from '../projection/adjacency.ts';
import { byText } from '../projection/ranking.ts';
import type { Projection } from '../projection/projection.ts';
import { smallest } from '../projection/smallest.ts';
import type { Budget } from './budget.ts';

/** A walk reaches at most this many nodes, the nearest ones. If there are more, the answer is `truncated`. */
export const MAX_WALK = 5_000;
/** A walk looks at most at this many relationships; one that is seen from both ends counts twice. If there are more, it is `truncated`. */
export const MAX_WALK_RELATIONSHIPS = 50_000;

export type Directions = Direction | 'both';
/** `via`: the relationship over which a node was reached first; a start has none. */
export type Reached = { readonly node: GraphNode; readonly depth: number; readonly via?: Relationship };

export type WalkRequest = {
  readonly starts: readonly GraphNode[];
  readonly direction: Directions;
  readonly maxDepth: number;
  /** The relationship types to follow from a node. */
  readonly typesFrom: (node: GraphNode, direction: Direction) => readonly RelationshipType[];
  /** Whether a relationship may be followed; default: yes. */
  readonly admits?: (relationship: Relationship) => boolean;
  readonly budget: Budget;
};

export type Walk = {
  /** The starts are first. `depth` is the length of the shortest path from a start, in both kinds of walk. */
  readonly reached: readonly Reached[];
  /** The relationships that were followed, including those that lead back. Both their ends are in `reached`. */
  readonly edges: readonly Relationship[];
  readonly truncated: boolean;
};

type Step = { readonly relationship: Relationship; readonly next: GraphNode };
/** `seen`: every reached node, in the order of arrival. `steps`: the relationships that were followed from each node. */
type Explored = { readonly seen: Map<string, Reached>; readonly steps: Map<string, readonly Step[]>; readonly truncated: boolean };

/** Level by level, the nearest nodes first. */
export function breadthFirst(projection: Projection, request: WalkRequest): Walk {
  const { seen, steps, truncated } = explore(projection, request);
  return { reached: [...seen.values()], edges: edgesOf(steps), truncated };
}

/**
 * The same nodes, depths and relationships as {@link breadthFirst}, in the preorder of a depth-first walk over them: after each
 * node come the nodes that it leads to. The exploration itself is breadth-first, because a depth-first one has to expand a node
 * again for each shorter path to it.
 */
export function depthFirst(projection: Projection, request: WalkRequest): Walk {
  const { seen, steps, truncated } = explore(projection, request);
  const ordered = new Map<string, Reached>();
  const stack = request.starts.map(({ id }) => id).reverse();
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (ordered.has(id)) continue;
    ordered.set(id, seen.get(id)!);
    for (const { next } of (steps.get(id) ?? []).toReversed()) if (!ordered.has(next.id)) stack.push(next.id);
  }
  return { reached: [...ordered.values()], edges: edgesOf(steps), truncated };
}

/** Expands each node at most once, so that the work is bounded by the nodes and relationships around the starts. */
function explore(projection: Projection, request: WalkRequest): Explored {
  const { starts, maxDepth, budget } = request;
  const seen = new Map<string, Reached>(starts.map((node) => [node.id, { node, depth: 0 }]));
  const steps = new Map<string, readonly Step[]>();
  let truncated = false;
  let relationships = MAX_WALK_RELATIONSHIPS;
  // Iterating over a map also visits entries that are added meanwhile, so the map is the queue.
  for (const { node, depth } of seen.values()) {
    if (depth >= maxDepth) break;
    const { found, looked, cut } = stepsFrom(projection, node, request, relationships);
    relationships -= looked;
    budget.spend(1 + looked);
    truncated ||= cut;
    const taken = found.filter(({ next, relationship }) => {
      if (!seen.has(next.id) && seen.size < MAX_WALK) seen.set(next.id, { node: next, depth: depth + 1, via: relationship });
      return seen.has(next.id);
    });
    truncated ||= taken.length < found.length;
    steps.set(node.id, taken);
  }
  return { seen, steps, truncated };
}

/**
 * The steps along a node's relationships, in a fixed order. At most `most` relationships are looked at.
 * A relationship whose other end is not in the graph gives no step.
 */
function stepsFrom(
  projection: Projection,
  node: GraphNode,
  request: WalkRequest,
  most: number,
): { found: Step[]; looked: number; cut: boolean } {
  const found: Step[] = [];
  let looked = 0;
  let cut = false;
  for (const direction of request.direction === 'both' ? (['out', 'in'] as const) : [request.direction]) {
    for (const type of request.typesFrom(node, direction)) {
      const ids = projection.adjacency.ids(node.id, direction, type);
      if (ids.size === 0) continue;
      const fits = ids.size <= most - looked;
      const some = fits ? [...ids].sort(byText) : smallest(ids, most - looked, byText);
      looked += some.length;
      cut ||= !fits;
      for (const id of some) {
        const relationship = projection.relationship(id);
        if (relationship === undefined || request.admits?.(relationship) === false) continue;
        const next = projection.node(direction === 'out' ? relationship.target_id : relationship.source_id);
        if (next !== undefined) found.push({ relationship, next });
      }
    }
  }
  return { found, looked, cut };
}

function edgesOf(steps: ReadonlyMap<string, readonly Step[]>): Relationship[] {
  const edges = new Map<string, Relationship>();
  for (const taken of steps.values()) for (const { relationship } of taken) edges.set(relationship.id, relationship);
  return [...edges.values()];
}
