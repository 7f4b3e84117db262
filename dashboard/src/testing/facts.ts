import { offset, type Fact, type NewFact, type NodeType, type Offset, type RelationshipType } from '@graphtail/facts';

export const EPOCH = 1_800_000_000_000_000;
const HASH = '9f86d081884c7d65';

export function at(seq: number): Offset {
  return offset(EPOCH, seq);
}

/** A fact with a place and a time in the log. */
export function placed(seq: number, fact: NewFact, time = Date.UTC(2026, 0, 31, 12)): Fact {
  return { offset: at(seq), timestamp: new Date(time).toISOString(), ...fact };
}

export function nodeAdded(name: string, path = 'src/a.ts', type: NodeType = 'function'): NewFact {
  const id = `${path}#${name}`;
  return {
    event_type: 'node_added',
    entity_type: 'node',
    entity_id: id,
    entity_hash: HASH,
    data: {
      id,
      name,
      node_type: type,
      language: 'typescript',
      file_path: path,
      start_line: 12,
      end_line: 20,
      complexity: 1,
      line_count: 9,
      qualified_name: name,
    },
  };
}

export function nodeUpdated(name: string, path = 'src/a.ts'): NewFact {
  const id = `${path}#${name}`;
  return {
    event_type: 'node_updated',
    entity_type: 'node',
    entity_id: id,
    entity_hash: HASH,
    data: { start_line: 14, docstring: null, file_path: path },
  };
}

export function nodeDeleted(name: string, path = 'src/a.ts'): NewFact {
  return {
    event_type: 'node_deleted',
    entity_type: 'node',
    entity_id: `${path}#${name}`,
    entity_hash: HASH,
    data: { name, node_type: 'function', file_path: path },
  };
}

export function relationshipAdded(source: string, target: string, type: RelationshipType = 'calls'): NewFact {
  const id = `${source}|${type}|${target}`;
  return {
    event_type: 'relationship_added',
    entity_type: 'relationship',
    entity_id: id,
    entity_hash: HASH,
    data: { id, source_id: source, target_id: target, relationship_type: type, file_path: 'src/a.ts', confidence: 1 },
  };
}

export function relationshipDeleted(source: string, target: string, type: RelationshipType = 'calls'): NewFact {
  return {
    event_type: 'relationship_deleted',
    entity_type: 'relationship',
    entity_id: `${source}|${type}|${target}`,
    entity_hash: HASH,
    data: { source_id: source, target_id: target, relationship_type: type, file_path: 'src/a.ts' },
  };
}

export function graphReset(): NewFact {
  return { event_type: 'graph_reset', entity_type: 'graph', entity_id: 'graph', data: { reason: 'requested' } };
}

export function analysisStarted(id: string): NewFact {
  return {
    event_type: 'analysis_started',
    entity_type: 'analysis',
    entity_id: id,
    data: { analysis_id: id, reason: 'requested', files_total: 200 },
  };
}

export function analysisProgress(id: string, percentage: number): NewFact {
  return {
    event_type: 'analysis_progress',
    entity_type: 'analysis',
    entity_id: id,
    data: {
      analysis_id: id,
      phase: 'parsing',
      files_done: percentage * 2,
      files_total: 200,
      percentage,
      current_file: 'src/a.ts',
      message: 'Parsing',
    },
  };
}

export function analysisCompleted(id: string): NewFact {
  return {
    event_type: 'analysis_completed',
    entity_type: 'analysis',
    entity_id: id,
    data: {
      analysis_id: id,
      reason: 'requested',
      node_count: 3,
      relationship_count: 2,
      changes: 7,
      files_failed: 0,
      duration_ms: 3200,
      state_digest: HASH,
    },
  };
}

export function analysisFailed(id: string): NewFact {
  return {
    event_type: 'analysis_failed',
    entity_type: 'analysis',
    entity_id: id,
    data: { analysis_id: id, reason: 'the disk is gone' },
  };
}
