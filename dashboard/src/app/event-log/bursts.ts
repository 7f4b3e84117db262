import type { Fact, NodeType } from '@graphtail/facts';
import { whole } from '../format/numbers.ts';
import type { FactKind } from '../look/mark.ts';
import { nameInId, summaryOf } from './fact-summary.ts';

/** Facts that were appended within this time of one another belong to one save, as the projector has it (`/api/graph/bursts`). */
const GAP_MS = 100;
const NAMES_SHOWN = 3;
const FILES_NAMED = 4;

/** The facts of one save, or the progress of one analysis, newest first. */
export type Burst = {
  /** Stays the same while the burst grows. */
  readonly id: string;
  readonly facts: readonly Fact[];
};

/** One line of the event log. */
export type Row =
  | { readonly kind: 'fact'; readonly id: string; readonly fact: Fact; readonly isInside: boolean }
  | { readonly kind: 'burst'; readonly id: string; readonly burst: Burst; readonly isOpen: boolean };

/** Facts, newest first, as lines: those of one save are one line, and with it those of an open one. */
export function rowsOf(facts: readonly Fact[], isOpen: (burst: Burst) => boolean): Row[] {
  const rows: Row[] = [];
  for (let first = 0; first < facts.length;) {
    const end = endOfBurst(facts, first);
    const inside = facts.slice(first, end);
    first = end;
    if (inside.length === 1) {
      rows.push(single(inside[0]!, false));
      continue;
    }
    const burst = { id: `save-${inside.at(-1)!.offset}`, facts: inside };
    const open = isOpen(burst);
    rows.push({ kind: 'burst', id: burst.id, burst, isOpen: open });
    if (open) for (const fact of inside) rows.push(single(fact, true));
  }
  return rows;
}

export function single(fact: Fact, isInside: boolean): Row {
  return { kind: 'fact', id: fact.offset, fact, isInside };
}

function endOfBurst(facts: readonly Fact[], first: number): number {
  let end = first + 1;
  const { event_type: type, entity_id: analysis } = facts[first]!;
  if (type === 'analysis_progress') {
    while (facts[end]?.event_type === type && facts[end]?.entity_id === analysis) end++;
    return end;
  }
  if (!isChange(facts[first]!)) return end;
  while (end < facts.length && isChange(facts[end]!) && at(facts[end - 1]!) - at(facts[end]!) <= GAP_MS) end++;
  return end;
}

function isChange({ entity_type: type }: Fact): boolean {
  return type === 'node' || type === 'relationship';
}

function at(fact: Fact): number {
  return Date.parse(fact.timestamp);
}

export type BurstSummary = {
  readonly mark: FactKind;
  /** `point.ts`, `point.ts and 1 more`, or `12 files`. */
  readonly name: string;
  /** `+2 functions, ~1 node, +5 relationships`. */
  readonly what: string;
  /** The first names of what was added, changed or deleted. */
  readonly names: string;
};

const ORDER = '+−~';
const SIGNS = { added: '+', updated: '~', deleted: '−' } as const;

export function summaryOfBurst({ facts }: Burst): BurstSummary {
  const newest = facts[0]!;
  if (newest.event_type === 'analysis_progress') {
    const { name, detail = '', where = '' } = summaryOf(newest);
    return { mark: 'progress', name, what: detail, names: where.slice(where.lastIndexOf('/') + 1) };
  }
  const files = new Map<string, number>();
  const counts = new Map<string, { readonly sign: string; readonly noun: string; readonly isNode: boolean; count: number }>();
  const names: string[] = [];
  for (const fact of [...facts].reverse()) {
    if (fact.entity_type !== 'node' && fact.entity_type !== 'relationship') continue;
    const path = fact.data.file_path;
    if (typeof path === 'string' && path !== '') files.set(path, (files.get(path) ?? 0) + 1);
    const change = fact.event_type.slice(fact.event_type.indexOf('_') + 1) as keyof typeof SIGNS;
    const type = fact.entity_type === 'node' ? nodeType(fact) : 'relationship';
    if (type !== 'relationship' && type !== 'file') names.push(nameInId(fact.entity_id));
    const key = `${change} ${type}`;
    const known = counts.get(key) ?? { sign: SIGNS[change], noun: type, isNode: fact.entity_type === 'node', count: 0 };
    known.count += 1;
    counts.set(key, known);
  }
  const listed = [...counts.values()].sort((a, b) => Number(b.isNode) - Number(a.isNode) || ORDER.indexOf(a.sign) - ORDER.indexOf(b.sign));
  // A file is changed by whatever changes in it.
  const told = listed.some(({ noun, isNode }) => isNode && noun !== 'file') ? listed.filter(({ noun }) => noun !== 'file') : listed;
  return {
    mark: markOf(facts),
    name: nameOf(files),
    what: told.map(({ sign, noun, count }) => `${sign}${whole(count)} ${count === 1 ? noun : pluralOf(noun)}`).join(', '),
    names: names.slice(0, NAMES_SHOWN).join(', ') + (names.length > NAMES_SHOWN ? ', …' : ''),
  };
}

/** The file with most of the changes: a save may touch others, for example by what they call in it. */
function nameOf(files: ReadonlyMap<string, number>): string {
  const [most] = [...files].sort(([, a], [, b]) => b - a);
  if (most === undefined || files.size > FILES_NAMED) return `${whole(files.size)} files`;
  const name = most[0].slice(most[0].lastIndexOf('/') + 1);
  return files.size === 1 ? name : `${name} and ${String(files.size - 1)} more`;
}

/** An update does not say the type of its node; that it is a file or a package is in its ID. */
function nodeType(fact: Fact): NodeType | 'node' {
  if (fact.event_type === 'node_added' || fact.event_type === 'node_deleted') return fact.data.node_type;
  if (fact.entity_id.startsWith('pkg:')) return 'package';
  return fact.entity_id.includes('#') ? 'node' : 'file';
}

function pluralOf(noun: string): string {
  if (noun === 'class') return 'classes';
  return noun === 'property' ? 'properties' : `${noun}s`;
}

function markOf(facts: readonly Fact[]): FactKind {
  const changes = new Set(facts.map(({ event_type: type }) => type.slice(type.indexOf('_') + 1)));
  const [only] = changes;
  return changes.size === 1 && (only === 'added' || only === 'deleted') ? only : 'updated';
}
