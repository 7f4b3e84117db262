import { fileId, type Relationship, type RelationshipType } from '@graphtail/facts';
import type { Projection } from '../projection/projection.ts';
import type { Budget } from './budget.ts';
import { containerOf, type Level } from './containers.ts';

/** How one container depends on another: `count` is the number of relationships. */
export type ContainerEdge = { readonly from: string; readonly to: string; count: number };

/** Containers with at least one node, and how they depend on one another. The key of an edge is `from`, then `to`. */
export type ContainerGraph = {
  readonly containers: ReadonlySet<string>;
  readonly edges: ReadonlyMap<string, ReadonlyMap<string, ContainerEdge>>;
};

/**
 * Adds up the graph's relationships by the containers of their ends.
 * @param admits whether a container takes part
 * @throws {OverBudget}
 */
export function containerGraph(
  projection: Projection,
  { level, types, admits }: { level: Level; types: readonly RelationshipType[]; admits: (path: string) => boolean },
  budget: Budget,
): ContainerGraph {
  const containers = new Map<string, string | undefined>(); // by file path: the same few paths are asked for again and again
  const containing = (path: string): string | undefined => {
    if (!containers.has(path)) containers.set(path, admits(path) && isFile(projection, path) ? containerOf(path, level) : undefined);
    return containers.get(path);
  };
  for (const { text } of projection.files.paths()) containing(text);
  const edges = new Map<string, Map<string, ContainerEdge>>();
  for (const relationship of relationshipsOf(projection, types, budget)) {
    const from = containing(projection.node(relationship.source_id)?.file_path ?? '');
    const target = projection.node(relationship.target_id);
    if (from === undefined || target === undefined || target.node_type === 'package') continue;
    const to = containing(target.file_path);
    if (to === undefined) continue;
    const outgoing = edges.get(from) ?? new Map<string, ContainerEdge>();
    edges.set(from, outgoing);
    const edge = outgoing.get(to);
    if (edge === undefined) outgoing.set(to, { from, to, count: 1 });
    else edge.count++;
  }
  return { containers: new Set([...containers.values()].filter((each) => each !== undefined)), edges };
}

/** External packages have a path of their own, which is no file's. */
function isFile(projection: Projection, path: string): boolean {
  return projection.node(fileId(path))?.node_type === 'file';
}

/** An interface does not depend on what implements it, though a call of it may run that. */
function* relationshipsOf(projection: Projection, types: readonly RelationshipType[], budget: Budget): Generator<Relationship> {
  for (const type of types) {
    const ids = projection.adjacency.all(type);
    budget.spend(ids.length);
    for (const id of ids) {
      const relationship = projection.relationship(id);
      if (relationship !== undefined && relationship.resolution !== 'override') yield relationship;
    }
  }
}
