import type { EventType, Fact } from '@graphtail/facts';

/** Which facts the event log shows. No types: all of them. */
export type Filter = { readonly types: ReadonlySet<EventType>; readonly text: string };

export const ALL: Filter = { types: new Set(), text: '' };

/** The types that can be chosen, grouped by subject, in display order. */
export const GROUPS: readonly { readonly label: string; readonly types: readonly EventType[] }[] = [
  { label: 'Nodes', types: ['node_added', 'node_updated', 'node_deleted'] },
  { label: 'Relationships', types: ['relationship_added', 'relationship_updated', 'relationship_deleted'] },
  {
    label: 'Analysis',
    types: ['analysis_started', 'analysis_progress', 'analysis_completed', 'analysis_failed', 'analysis_cancelled', 'graph_reset'],
  },
];

const CHOOSABLE = new Set<string>(GROUPS.flatMap((group) => group.types));

export function isAll(filter: Filter): boolean {
  return filter.types.size === 0 && filter.text.trim() === '';
}

/** Searches the fact's ID, its type, and the names and paths in its data, without regard to case. */
export function matches(fact: Fact, filter: Filter): boolean {
  if (filter.types.size > 0 && !filter.types.has(fact.event_type)) return false;
  const text = filter.text.trim().toLowerCase();
  if (text === '') return true;
  return fact.entity_id.toLowerCase().includes(text) || fact.event_type.includes(text) || dataHolds(fact.data, text);
}

function dataHolds(data: object, text: string): boolean {
  return Object.values(data).some((value) => typeof value === 'string' && value.toLowerCase().includes(text));
}

/** Parses `node_added,node_updated` from the address; unknown types are ignored. */
export function typesFromText(text: string | undefined): ReadonlySet<EventType> {
  return new Set((text ?? '').split(',').filter((name): name is EventType => CHOOSABLE.has(name)));
}

export function typesToText(types: ReadonlySet<EventType>): string | undefined {
  return types.size === 0 ? undefined : [...types].sort().join(',');
}
