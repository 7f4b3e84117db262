import type { Entity, Fact, GraphState, ReadonlyGraphState } from '@graphtail/facts';
import { Turn } from '@graphtail/runtime';

const SHARED_AT_ONCE = 2_000;

/**
 * Parsed JSON holds every id and path as a separate string; one relationship alone repeats five. This replaces strings that the
 * state already has by the state's own: 157 MB become 92 for 50,000 nodes and 192,000 relationships.
 * @param entity is changed, so no other code may hold it yet
 */
function shareStrings(entity: Entity, { nodes }: ReadonlyGraphState): void {
  if ('node_type' in entity) {
    entity.file_path = nodes.get(entity.file_path)?.value.file_path ?? entity.file_path; // a file's id is mostly its path
    return;
  }
  const source = nodes.get(entity.source_id)?.value;
  entity.source_id = source?.id ?? entity.source_id;
  entity.target_id = nodes.get(entity.target_id)?.value.id ?? entity.target_id;
  if (entity.file_path === source?.file_path) entity.file_path = source.file_path;
}

/** Shares the strings of a fact that was just parsed. */
export function shareStringsOfFact(fact: Fact, state: ReadonlyGraphState): void {
  if (fact.event_type !== 'node_added' && fact.event_type !== 'relationship_added') return;
  fact.data.id = fact.entity_id;
  shareStrings(fact.data, state);
}

/** Shares the strings of a state that was just loaded. */
export async function shareStringsOfState(state: GraphState): Promise<void> {
  await new Turn().through(sharing(state));
}

function* sharing(state: GraphState): Generator<void, void, void> {
  let done = 0;
  for (const entries of [state.nodes, state.relationships]) {
    for (const { value } of entries.values()) {
      shareStrings(value, state);
      if (++done % SHARED_AT_ONCE === 0) yield;
    }
  }
}
