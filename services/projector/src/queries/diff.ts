import type { Entity, Entry } from '@graphtail/facts';
import type { NetChange, NetChanges } from '../past/rewindable-state.ts';
import { smallest } from '../projection/smallest.ts';
import { byText } from '../projection/ranking.ts';
import type { Budget } from './budget.ts';

/** An entity in both states: its different attributes, before and after. null means that the attribute is absent. */
type Updated = { readonly id: string; readonly before: Record<string, unknown>; readonly after: Record<string, unknown> };
type Listed<Value> = { added: Value[]; updated: Updated[]; deleted: Value[] };
type Differences<Value> = { readonly listed: Listed<Value>; readonly counts: Readonly<Record<ChangeKind, number>> };

const KINDS = ['added', 'updated', 'deleted'] as const;
type ChangeKind = (typeof KINDS)[number];

/** The differences of two states. At most `limit` entities of each kind are listed, by id; the counts count all. @throws {OverBudget} */
export function diff(changes: NetChanges, { limit }: { limit: number }, budget: Budget) {
  const nodes = differences(changes.nodes, limit, budget);
  const relationships = differences(changes.relationships, limit, budget);
  const of = <Of>(read: (kind: ChangeKind) => Of) => Object.fromEntries(KINDS.map((kind) => [kind, read(kind)]));
  return {
    ...of((kind) => ({ nodes: nodes.listed[kind], relationships: relationships.listed[kind] })),
    counts: of((kind) => ({ nodes: nodes.counts[kind], relationships: relationships.counts[kind] })),
    truncated: KINDS.some((kind) => nodes.counts[kind] > limit || relationships.counts[kind] > limit),
    limit,
  };
}

/** Only listed entities are compared attribute by attribute. */
function differences<Value extends Entity>(
  changes: ReadonlyMap<string, NetChange<Value>>,
  limit: number,
  budget: Budget,
): Differences<Value> {
  budget.spend(changes.size);
  const ids: Record<ChangeKind, string[]> = { added: [], updated: [], deleted: [] };
  for (const [id, change] of changes) {
    const kind = kindOf(change);
    if (kind !== undefined) ids[kind].push(id);
  }
  const some = (kind: ChangeKind): NetChange<Value>[] => smallest(ids[kind], limit, byText).map((id) => changes.get(id)!);
  return {
    listed: {
      added: some('added').map(({ after }) => after!.value),
      updated: some('updated').map(({ before, after }) => changed(before!.value, after!.value)),
      deleted: some('deleted').map(({ before }) => before!.value),
    },
    counts: { added: ids.added.length, updated: ids.updated.length, deleted: ids.deleted.length },
  };
}

function kindOf<Value>({ before, after }: NetChange<Value>): ChangeKind | undefined {
  if (before === undefined) return after === undefined ? undefined : 'added';
  if (after === undefined) return 'deleted';
  return isSame(before, after) ? undefined : 'updated';
}

function isSame<Value>({ hash: then }: Entry<Value>, { hash: now }: Entry<Value>): boolean {
  return then.hi === now.hi && then.lo === now.lo;
}

function changed(then: Entity, now: Entity): Updated {
  const [old, current] = [then, now] as unknown as [Record<string, unknown>, Record<string, unknown>];
  const keys = [...new Set([...Object.keys(old), ...Object.keys(current)])].filter(
    (key) => JSON.stringify(old[key]) !== JSON.stringify(current[key]),
  );
  const pick = (from: Record<string, unknown>) => Object.fromEntries(keys.map((key) => [key, from[key] ?? null]));
  return { id: now.id, before: pick(old), after: pick(current) };
}
