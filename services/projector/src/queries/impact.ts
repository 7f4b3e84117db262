import type { GraphNode, RelationshipType } from '@graphtail/facts';
import type { Direction } from '../projection/adjacency.ts';
import type { Projection } from '../projection/projection.ts';
import { byText } from '../projection/ranking.ts';
import type { NetChanges } from '../past/rewindable-state.ts';
import { alteredNodes } from './altered-nodes.ts';
import type { Budget } from './budget.ts';
import { nodeOrThrow } from './lookup.ts';
import { originOf } from './origin.ts';
import { pageOf, type PageRequest } from './page.ts';
import { breadthFirst, type Reached } from './walk.ts';

export type ImpactRequest = PageRequest & {
  readonly nodes?: readonly string[] | undefined;
  readonly direction: Direction;
  readonly max_depth: number;
};

/** The source of such a relationship depends on its target. */
const DEPENDS: readonly RelationshipType[] = ['calls', 'instantiates', 'inherits', 'implements', 'overrides', 'references', 'uses', 'seam'];
const OVERRIDES: readonly RelationshipType[] = ['overrides'];
const NOTHING: readonly RelationshipType[] = [];
/** Lists of one answer that have no page of their own hold at most this many items. */
const MAX_LISTED = 1_000;

/**
 * What a change of some nodes may affect (`in`), or what they depend on (`out`), nearest first. A start stands for all that is
 * declared in it. A call of an overridden method may run the overriding one, so `in` follows overrides both ways. Who imports a
 * file is affected only if the file itself is a start, because the use of a symbol is known more exactly.
 * @param changed what changed between two offsets: these nodes are starts too
 * @throws {NotFound} @throws {OverBudget}
 */
export function impact(projection: Projection, request: ImpactRequest, changed: NetChanges | undefined, budget: Budget) {
  const named = (request.nodes ?? []).map((id) => nodeOrThrow(projection, id));
  const { nodes: altered, gone } = changed === undefined ? { nodes: [], gone: [] } : alteredNodes(projection, changed, budget);
  const starts = unique([...named, ...altered]);
  const all = withMembers(projection, starts, budget);
  const files = new Set(starts.filter(({ node_type }) => node_type === 'file').map(({ id }) => id));
  const walk = breadthFirst(projection, {
    starts: all,
    direction: request.direction === 'in' ? 'both' : 'out',
    maxDepth: request.max_depth,
    typesFrom: (node, direction) => {
      if (direction !== request.direction) return direction === 'out' ? OVERRIDES : NOTHING;
      return files.has(node.id) ? [...DEPENDS, 'imports'] : DEPENDS;
    },
    budget,
  });
  const reached = walk.reached.slice(all.length);
  const isTest = ({ node }: Reached): boolean => originOf(node) === 'test';
  const affected = reached.filter((each) => !isTest(each));
  const { page, items } = pageOf(affected, request);
  return {
    direction: request.direction,
    starts: starts.slice(0, MAX_LISTED),
    starts_total: starts.length,
    gone: gone.slice(0, MAX_LISTED),
    affected: items.map(described),
    by_file: byFile(affected).slice(0, MAX_LISTED),
    file_count: new Set(affected.map(({ node }) => node.file_path)).size,
    tests: reached.filter(isTest).slice(0, MAX_LISTED).map(described),
    routes: affected
      .map(({ node }) => node)
      .filter(({ node_type }) => node_type === 'route')
      .slice(0, MAX_LISTED),
    seams: walk.edges.filter(({ relationship_type }) => relationship_type === 'seam').slice(0, MAX_LISTED),
    truncated: walk.truncated,
    ...page,
  };
}

function described({ node, depth, via }: Reached) {
  return { node, distance: depth, via };
}

function byFile(affected: readonly Reached[]): { file_path: string; count: number; distance: number }[] {
  const files = new Map<string, { file_path: string; count: number; distance: number }>();
  for (const { node, depth } of affected) {
    const known = files.get(node.file_path);
    if (known === undefined) files.set(node.file_path, { file_path: node.file_path, count: 1, distance: depth });
    else known.count++;
  }
  return [...files.values()].sort((a, b) => a.distance - b.distance || b.count - a.count || byText(a.file_path, b.file_path));
}

/** The nodes, and everything that is declared in them. */
function withMembers(projection: Projection, starts: readonly GraphNode[], budget: Budget): GraphNode[] {
  const all = new Map(starts.map((node) => [node.id, node]));
  for (const { id } of all.values()) {
    const contained = projection.adjacency.ids(id, 'out', 'contains');
    budget.spend(1 + contained.size);
    for (const relationship of contained) {
      const member = projection.node(projection.relationship(relationship)?.target_id ?? '');
      if (member !== undefined) all.set(member.id, member);
    }
  }
  return [...all.values()];
}

function unique(nodes: readonly GraphNode[]): GraphNode[] {
  return [...new Map(nodes.map((node) => [node.id, node])).values()];
}
