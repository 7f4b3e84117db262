import type { FileGraph, UnitUses } from '../resolution/relationships/link-file.ts';
import type { MethodRecords } from '../overriding/records.ts';
import { noRecords, type HttpRecords } from '../seams/records.ts';
import type { Need } from './needs.ts';

/** What linking one file yields. */
export interface Outcome {
  readonly graph: FileGraph;
  readonly uses: UnitUses;
  readonly http: HttpRecords;
  readonly methods: MethodRecords;
}

/** A file's outcome with all that it was derived from. Wherever all of that is the same, linking the file yields the same outcome. */
export interface LinkRecord extends Outcome {
  readonly path: string;
  readonly contentHash: string;
  readonly needs: readonly Need[];
}

/** Records that outlast a linker. */
export interface LinkMemory {
  /** The last record of a file. It may be of other content than the file has now. */
  get(path: string): LinkRecord | undefined;
}

export function recordText(record: LinkRecord): string {
  return JSON.stringify({ ...record, uses: { ...record.uses, packages: [...record.uses.packages] } });
}

/**
 * Reads what `recordText` wrote.
 *
 * @returns undefined if it is no record of this file: a record can't say anything about another file
 */
export function readRecord(text: string, path: string): LinkRecord | undefined {
  const said = JSON.parse(text) as Said;
  const { graph, uses, http, methods, needs } = said;
  if (said.path !== path || typeof said.contentHash !== 'string') return undefined;
  const entities = [...listOf(graph?.nodes), ...listOf(graph?.relationships)];
  if (entities.length === 0 || !entities.every((each) => each.file_path === path && typeof each.id === 'string')) return undefined;
  const [packages, counts] = [listOf(uses?.packages), [uses?.resolvedCalls, uses?.externalCalls, uses?.unresolvedCalls]];
  if (!packages.every((each) => typeof each === 'string') || !counts.every(Number.isInteger)) return undefined;
  const isHttp = Object.keys(noRecords()).every((kind) => Array.isArray((http as Record<string, unknown> | undefined)?.[kind]));
  if (!Array.isArray(methods?.pairs) || !Array.isArray(methods.types)) return undefined;
  if (!isHttp || !Array.isArray(needs) || !needs.every(isNeed)) return undefined;
  return { ...(said as unknown as LinkRecord), uses: { ...(uses as unknown as UnitUses), packages: new Set(packages as string[]) } };
}

/** Anything that JSON may hold in place of a record. */
type Said = Partial<Record<'path' | 'contentHash' | 'http' | 'needs', unknown>> & {
  graph?: { nodes?: unknown; relationships?: unknown };
  uses?: Record<string, unknown>;
  methods?: { pairs?: unknown; types?: unknown };
};

function listOf(value: unknown): Partial<Record<string, unknown>>[] {
  return Array.isArray(value) ? (value as Partial<Record<string, unknown>>[]) : [];
}

function isNeed(need: unknown): boolean {
  const { unit, facets, said } = need as Partial<Record<keyof Need, unknown>>;
  return typeof unit === 'string' && typeof said === 'string' && listOf(facets).every((name) => typeof name === 'string');
}
