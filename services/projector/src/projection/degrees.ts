import type { Degree, RelationshipTable } from '@graphtail/log';

export type { Degree } from '@graphtail/log';

/** How many relationships each node has. The state counts them from the first question on. */
export class Degrees {
  readonly #relationships: RelationshipTable;

  constructor(relationships: RelationshipTable) {
    this.#relationships = relationships;
  }

  of(node: string): Degree {
    return this.#relationships.degreeOf(node);
  }
}
