import type { RelationshipType } from '@graphtail/facts';
import type { RelationshipEnds } from './relationship-ends.ts';

export type Direction = 'out' | 'in';

const NOTHING: ReadonlySet<string> = new Set();

type Ends = Map<string, Set<string>>;

/** Which relationships start and end at a node, by relationship type. Adding and removing one is O(1). */
export class Adjacency {
  readonly #out = new Map<RelationshipType, Ends>();
  readonly #in = new Map<RelationshipType, Ends>();

  add(relationship: RelationshipEnds): void {
    const { id, relationship_type: type, source_id: source, target_id: target } = relationship;
    link(this.#out, type, source, id);
    link(this.#in, type, target, id);
  }

  remove(relationship: RelationshipEnds): void {
    const { id, relationship_type: type, source_id: source, target_id: target } = relationship;
    unlink(this.#out, type, source, id);
    unlink(this.#in, type, target, id);
  }

  clear(): void {
    this.#out.clear();
    this.#in.clear();
  }

  /** IDs of a node's relationships of one type in one direction; the set is live, so don't keep it. */
  ids(node: string, direction: Direction, type: RelationshipType): ReadonlySet<string> {
    return (direction === 'out' ? this.#out : this.#in).get(type)?.get(node) ?? NOTHING;
  }

  /** IDs of all relationships of a type. */
  all(type: RelationshipType): string[] {
    return [...(this.#out.get(type)?.values() ?? [])].flatMap((ids) => [...ids]);
  }

  /** The relationship types that occur in the graph. */
  types(): RelationshipType[] {
    return [...this.#out.keys()];
  }

  degree(node: string, direction: Direction): number {
    let sum = 0;
    for (const ends of (direction === 'out' ? this.#out : this.#in).values()) sum += ends.get(node)?.size ?? 0;
    return sum;
  }
}

function link(side: Map<RelationshipType, Ends>, type: RelationshipType, node: string, id: string): void {
  let ends = side.get(type);
  if (ends === undefined) side.set(type, (ends = new Map<string, Set<string>>()));
  const ids = ends.get(node);
  if (ids === undefined) ends.set(node, new Set([id]));
  else ids.add(id);
}

/** Removes empty sets at once, so that an index after many edits equals a newly built one. */
function unlink(side: Map<RelationshipType, Ends>, type: RelationshipType, node: string, id: string): void {
  const ends = side.get(type);
  const ids = ends?.get(node);
  if (ends === undefined || ids === undefined) return;
  ids.delete(id);
  if (ids.size > 0) return;
  ends.delete(node);
  if (ends.size === 0) side.delete(type);
}
