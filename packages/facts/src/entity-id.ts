import type { RelationshipType } from './entity.ts';

/** Escapes `#` in a path, because `#` separates a path from a qualified name. `%` is the escape sign, so it is escaped too. */
export function escapePath(path: string): string {
  return path.replaceAll('%', '%25').replaceAll('#', '%23');
}

export function unescapePath(escaped: string): string {
  return escaped.replaceAll('%23', '#').replaceAll('%25', '%');
}

export function fileId(path: string): string {
  return escapePath(path);
}

/** @param ordinal counts from 2; given only if two declarations would have the same ID */
export function symbolId(path: string, qualifiedName: string, ordinal?: number): string {
  return `${escapePath(path)}#${qualifiedName}${ordinal === undefined ? '' : `~${String(ordinal)}`}`;
}

export function packageId(ecosystem: string, name: string): string {
  return `pkg:${ecosystem}/${name}`;
}

export function relationshipId(source: string, type: RelationshipType, target: string): string {
  return `${source}|${type}|${target}`;
}

/** The start of a file's `parse_error` if a rule excludes the file from analysis: it is too large, minified or binary. */
export const SKIPPED = 'skipped: ';
