import { unescapePath, type Fact, type GraphNode, type NodeType } from '@graphtail/facts';
import { counted, whole } from '../format/numbers.ts';
import { lasting } from '../format/time.ts';

/** A fact on one line: kind of entity, its name, what changed, and its place. */
export type Summary = {
  readonly sort: string;
  readonly nodeType?: NodeType;
  readonly name: string;
  readonly detail?: string;
  readonly where?: string;
};

/** `Parser.parse` for `src/a.ts#Parser.parse`, `a.ts` for `src/a.ts`, `react` for `pkg:npm/react`. */
export function nameInId(id: string): string {
  if (id.startsWith('pkg:')) return id.slice(id.indexOf('/') + 1);
  const hash = id.indexOf('#');
  return hash < 0 ? unescapePath(id.slice(id.lastIndexOf('/') + 1)) : id.slice(hash + 1);
}

/** A package has no file. */
function place({ file_path, start_line, node_type }: Pick<GraphNode, 'file_path' | 'start_line' | 'node_type'>): string {
  return node_type === 'file' || file_path === '' ? file_path : `${file_path}:${String(start_line)}`;
}

const HASH_SHOWN = 8;

function attribute(name: string, value: unknown): string {
  if (value === null) return `${name} removed`;
  if (typeof value !== 'string') return `${name} ${JSON.stringify(value)}`;
  return `${name} ${name === 'content_hash' ? value.slice(0, HASH_SHOWN) : value}`;
}

/** A hash says least to a person, so it comes last. */
function lastIfHash(name: string): number {
  return name === 'content_hash' ? 1 : 0;
}

/** An update tells only what changed; that a node is a file or a package is in its ID. */
function sortInId(id: string): { sort: string; nodeType?: NodeType } {
  if (id.startsWith('pkg:')) return { sort: 'package', nodeType: 'package' };
  return id.includes('#') ? { sort: 'node' } : { sort: 'file', nodeType: 'file' };
}

function changes(data: object): string {
  return Object.entries(data)
    .filter(([name]) => name !== 'file_path')
    .sort(([a], [b]) => lastIfHash(a) - lastIfHash(b))
    .map(([name, value]) => attribute(name, value))
    .join(' · ');
}

function arrow(source: string, target: string): string {
  return `${nameInId(source)} → ${nameInId(target)}`;
}

export function summaryOf(fact: Fact): Summary {
  switch (fact.event_type) {
    case 'node_added': {
      const { node_type: type, name, qualified_name: qualified } = fact.data;
      return { sort: type, nodeType: type, name: qualified ?? name, where: place(fact.data) };
    }
    case 'node_updated':
      return { ...sortInId(fact.entity_id), name: nameInId(fact.entity_id), detail: changes(fact.data), where: fact.data.file_path };
    case 'node_deleted':
      return { sort: fact.data.node_type, nodeType: fact.data.node_type, name: nameInId(fact.entity_id), where: fact.data.file_path };
    case 'relationship_added':
    case 'relationship_deleted': {
      const { relationship_type: type, source_id: source, target_id: target, file_path: path } = fact.data;
      return { sort: type, name: arrow(source, target), where: path };
    }
    case 'relationship_updated': {
      const [source = '', type = 'relationship', target = ''] = fact.entity_id.split('|');
      return { sort: type, name: arrow(source, target), detail: changes(fact.data), where: fact.data.file_path };
    }
    case 'graph_reset':
      return { sort: 'graph', name: 'reset', detail: fact.data.reason };
    case 'analysis_started':
      return { sort: 'analysis', name: 'started', detail: `${counted(fact.data.files_total, 'file')} · ${fact.data.reason}` };
    case 'analysis_progress': {
      const { phase, percentage, files_done: done, files_total: total, current_file: file } = fact.data;
      const detail = `${phase} · ${whole(done)} of ${counted(total, 'file')}`;
      return { sort: 'analysis', name: `${String(Math.floor(percentage))} %`, detail, where: file };
    }
    case 'analysis_completed': {
      const { node_count: nodes, relationship_count: relationships, changes: changed, duration_ms: duration } = fact.data;
      const detail = `${counted(changed, 'change')} in ${lasting(duration)} · ${counted(nodes, 'node')}, ${counted(relationships, 'relationship')}`;
      return { sort: 'analysis', name: 'completed', detail };
    }
    case 'analysis_failed':
      return { sort: 'analysis', name: 'failed', detail: fact.data.reason };
    case 'analysis_cancelled':
      return { sort: 'analysis', name: 'cancelled', detail: fact.data.reason };
    case 'rule_violated':
    case 'rule_satisfied': {
      const { source_id: source, target_id: target, rule, message } = fact.data;
      const detail = `${arrow(source, target)} · ${message}`;
      return { sort: fact.event_type === 'rule_violated' ? 'violated' : 'satisfied', name: rule, detail };
    }
    case 'alert_raised':
    case 'alert_resolved':
    case 'alert_acknowledged':
      return { sort: fact.event_type.slice('alert_'.length), name: fact.data.name, detail: fact.data.summary };
    case 'audit_recorded':
      return { sort: 'audit', name: fact.data.action, detail: `${fact.data.actor} · ${fact.data.outcome}`, where: fact.data.target };
    default: {
      // Of a newer version than this page: shown as it is named.
      const { event_type: type, entity_id: id } = fact as { event_type: string; entity_id: string };
      return { sort: type, name: id };
    }
  }
}
