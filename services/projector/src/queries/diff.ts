import type { Entry, GraphNode, ReadonlyGraphState, Relationship } from '@graphtail/facts';
import { smallest } from '../projection/smallest.ts';
import { byText } from '../projection/ranking.ts';

/** An entity that both states have: the attributes that differ, as they were and as they are; null where there is none. */
type Updated = { readonly id: string; readonly before: Record<string, unknown>; readonly after: Record<string, unknown> };
type Differences<Value> = { added: Value[]; updated: Updated[]; deleted: Value[] };

/** What it takes to get from one state to another; at most `limit` of each kind are listed, the counts are whole. */
export function diff(before: ReadonlyGraphState, after: ReadonlyGraphState, { limit }: { limit: number }) {
  const nodes = differences<GraphNode>(before.nodes, after.nodes);
  const relationships = differences<Relationship>(before.relationships, after.relationships);
  const kinds = ['added', 'updated', 'deleted'] as const;
  const cut = <Item extends { id: string }>(items: Item[]): Item[] => smallest(items, limit, (a, b) => byText(a.id, b.id));
  return {
    ...Object.fromEntries(
      kinds.map((kind) => [kind, { nodes: cut<{ id: string }>(nodes[kind]), relationships: cut<{ id: string }>(relationships[kind]) }]),
    ),
    counts: Object.fromEntries(kinds.map((kind) => [kind, { nodes: nodes[kind].length, relationships: relationships[kind].length }])),
    truncated: kinds.some((kind) => nodes[kind].length > limit || relationships[kind].length > limit),
    limit,
  };
}

function differences<Value extends { readonly id: string }>(
  before: ReadonlyMap<string, Entry<Value>>,
  after: ReadonlyMap<string, Entry<Value>>,
): Differences<Value> {
  const found: Differences<Value> = { added: [], updated: [], deleted: [] };
  for (const [id, now] of after) {
    const then = before.get(id);
    if (then === undefined) found.added.push(now.value);
    else if (then.hash.hi !== now.hash.hi || then.hash.lo !== now.hash.lo) found.updated.push(changed(id, then.value, now.value));
  }
  for (const [id, then] of before) if (!after.has(id)) found.deleted.push(then.value);
  return found;
}

function changed(id: string, then: object, now: object): Updated {
  const [old, current] = [then, now] as [Record<string, unknown>, Record<string, unknown>];
  const keys = [...new Set([...Object.keys(old), ...Object.keys(current)])].filter(
    (key) => JSON.stringify(old[key]) !== JSON.stringify(current[key]),
  );
  const pick = (from: Record<string, unknown>) => Object.fromEntries(keys.map((key) => [key, from[key] ?? null]));
  return { id, before: pick(old), after: pick(current) };
}
