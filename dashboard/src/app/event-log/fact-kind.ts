import type { EventType, Fact } from '@graphtail/facts';
import type { FactKind } from '../look/mark.ts';

export type Severity = 'low' | 'middle' | 'high';

const KINDS: Readonly<Record<EventType, FactKind>> = {
  node_added: 'added',
  node_updated: 'updated',
  node_deleted: 'deleted',
  relationship_added: 'added',
  relationship_updated: 'updated',
  relationship_deleted: 'deleted',
  graph_reset: 'deleted',
  analysis_started: 'progress',
  analysis_progress: 'progress',
  analysis_completed: 'completed',
  analysis_failed: 'alert',
  analysis_cancelled: 'alert',
  rule_violated: 'alert',
  rule_satisfied: 'completed',
  alert_raised: 'alert',
  alert_resolved: 'completed',
  alert_acknowledged: 'note',
  audit_recorded: 'note',
};

/** The kind of an event type; `note` for a type of a newer version. */
export function kindOfType(type: EventType): FactKind {
  return (KINDS as Partial<Record<string, FactKind>>)[type] ?? 'note';
}

export function kindOf(fact: Fact): FactKind {
  if (fact.event_type === 'relationship_added' && fact.data.relationship_type === 'seam') return 'seam';
  return kindOfType(fact.event_type);
}

/** The severity of an alert. Analyses that ended early count as alerts: a failed one is high, a cancelled one low. */
export function severityOf(fact: Fact): Severity | undefined {
  switch (fact.event_type) {
    case 'analysis_failed':
      return 'high';
    case 'analysis_cancelled':
      return 'low';
    case 'alert_raised':
      return fact.data.severity === 'critical' ? 'high' : fact.data.severity === 'warning' ? 'middle' : 'low';
    default:
      return undefined;
  }
}
