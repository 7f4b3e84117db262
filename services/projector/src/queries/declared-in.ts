import type { Projection } from '../projection/projection.ts';

/** The id of the node in which a node is declared: a class, a namespace, its file. */
export function declaredIn(projection: Projection, id: string): string | undefined {
  const [relationship] = projection.adjacency.ids(id, 'in', 'contains');
  return relationship === undefined ? undefined : projection.relationship(relationship)?.source_id;
}
