import type { Entry, Relationship } from '@graphtail/facts';

/** The fields of a relationship that an index needs. */
export type RelationshipEnds = Pick<Relationship, 'id' | 'source_id' | 'target_id' | 'relationship_type'>;

/** An entry may know the ends without parsing the rest. */
type WithEnds = Entry<Relationship> & { readonly ends?: RelationshipEnds | undefined };

export function endsOf(entry: WithEnds): RelationshipEnds {
  return entry.ends ?? entry.value;
}
