import type { NodeType, Relationship, RelationshipType } from '@graphtail/facts';
import type { Projection } from '../projection/projection.ts';

/** Relationships that may be calls; `isCall` says of each whether it is one. */
export const CALLS: readonly RelationshipType[] = ['calls', 'instantiates', 'uses'];

const NO_TYPES: ReadonlySet<NodeType> = new Set(['function', 'method', 'variable', 'file']);

/** Using a type runs nothing. Using anything else does: a component is rendered, a decorator is worn. */
export function isCall(projection: Projection, { relationship_type, target_id }: Relationship): boolean {
  if (relationship_type !== 'uses') return relationship_type === 'calls' || relationship_type === 'instantiates';
  const target = projection.node(target_id);
  return target !== undefined && NO_TYPES.has(target.node_type);
}
