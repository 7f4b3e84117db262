import { ZERO, addLanes, entityHash, lanesToHex, offset, relationshipId, stampFact } from '@graphtail/facts';
import type { Entity, Fact, GitState, GraphNode, NewFact, Relationship, RelationshipType } from '@graphtail/facts';
import { Projection } from '../src/projection/projection.ts';

/** A node as ingest would describe it. Its file and name come from its id. */
export function nodeNamed(id: string, more: Partial<GraphNode> = {}): GraphNode {
  const [file_path = '', qualified] = id.split('#');
  return {
    id,
    name: qualified?.split('.').at(-1) ?? file_path.split('/').at(-1) ?? id,
    node_type: qualified === undefined ? 'file' : 'function',
    language: 'typescript',
    file_path,
    start_line: 1,
    end_line: 10,
    complexity: 1,
    line_count: 10,
    ...(qualified !== undefined && { qualified_name: qualified }),
    ...more,
  };
}

export function related(
  source_id: string,
  relationship_type: RelationshipType,
  target_id: string,
  more: Partial<Relationship> = {},
): Relationship {
  const id = relationshipId(source_id, relationship_type, target_id);
  return { id, source_id, target_id, relationship_type, file_path: source_id.split('#')[0] ?? '', ...more };
}

export function added(entity: Entity): NewFact {
  const entity_hash = lanesToHex(entityHash(entity));
  return 'node_type' in entity
    ? { event_type: 'node_added', entity_type: 'node', entity_id: entity.id, entity_hash, data: entity }
    : { event_type: 'relationship_added', entity_type: 'relationship', entity_id: entity.id, entity_hash, data: entity };
}

export function nodeUpdated(before: GraphNode, changes: Partial<GraphNode>): NewFact {
  const entity_hash = lanesToHex(entityHash({ ...before, ...changes }));
  const data = { ...changes, file_path: changes.file_path ?? before.file_path };
  return { event_type: 'node_updated', entity_type: 'node', entity_id: before.id, entity_hash, data };
}

export function deleted(entity: Entity): NewFact {
  const entity_hash = lanesToHex(entityHash(entity));
  return 'node_type' in entity
    ? { event_type: 'node_deleted', entity_type: 'node', entity_id: entity.id, entity_hash, data: entity }
    : { event_type: 'relationship_deleted', entity_type: 'relationship', entity_id: entity.id, entity_hash, data: entity };
}

export const RESET: NewFact = { event_type: 'graph_reset', entity_type: 'graph', entity_id: 'graph', data: { reason: 'requested' } };

export function completed(state_digest: string, analysis_id = 'a1', git?: GitState): NewFact {
  const figures = { node_count: 0, relationship_count: 0, changes: 0, files_failed: 0, duration_ms: 1 };
  return {
    event_type: 'analysis_completed',
    entity_type: 'analysis',
    entity_id: analysis_id,
    data: { analysis_id, reason: 'start', ...figures, state_digest, ...(git && { git }) },
  };
}

export function digestOf(entities: readonly Entity[]): string {
  return lanesToHex(entities.map(entityHash).reduce((sum, hash) => addLanes(sum, hash), ZERO));
}

/** Facts with their offsets, from 1-1 on. */
export function placed(facts: readonly NewFact[], time = '2026-01-31T12:00:00.000Z'): Fact[] {
  return facts.map((fact, index) => stampFact(fact, offset(1, index + 1), time));
}

/** The projection after a fold of these facts. */
export function folded(facts: readonly NewFact[]): Projection {
  const projection = new Projection();
  for (const fact of placed(facts)) {
    projection.apply(fact);
    projection.advance(fact.offset, ZERO);
  }
  return projection;
}
