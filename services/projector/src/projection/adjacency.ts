import type { RelationshipType } from '@graphtail/facts';
import type { Direction, RelationshipTable } from '@graphtail/log';

export type { Direction } from '@graphtail/log';

/** Ids of relationships. They are read from the state, so that they are valid only until it changes. */
export type Ids = Iterable<string> & { readonly size: number };

/** Which relationships start and end at a node, by relationship type. The state keeps them from the first question on. */
export class Adjacency {
  readonly #relationships: RelationshipTable;

  constructor(relationships: RelationshipTable) {
    this.#relationships = relationships;
  }

  /** Ids of a node's relationships of one type in one direction. */
  ids(node: string, direction: Direction, type: RelationshipType): Ids {
    const relationships = this.#relationships;
    return {
      size: relationships.countOf(node, direction, type),
      [Symbol.iterator]: () => relationships.idsOf(node, direction, type),
    };
  }

  /** IDs of all relationships of a type. */
  all(type: RelationshipType): string[] {
    return this.#relationships.allOf(type);
  }

  /** The relationship types that occur in the graph. */
  types(): RelationshipType[] {
    return [...this.#relationships.typeCounts().keys()];
  }

  degree(node: string, direction: Direction): number {
    let sum = 0;
    for (const type of this.types()) sum += this.#relationships.countOf(node, direction, type);
    return sum;
  }
}
