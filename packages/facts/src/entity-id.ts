import type { RelationshipType } from './entity.ts';

/** `#` separates a path from a qualified name, so it is escaped in paths, and with it the escape sign. */
export function escapePath(path: string): string {
  return path.replaceAll('%', '%25').replaceAll('#', '%23');
}

export function unescapePath(escaped: string): string {
  return escaped.replaceAll('%23', '#').replaceAll('%25', '%');
}

export function fileId(path: string): string {
  return escapePath(path);
}

/** `ordinal` counts from 2 and is given only where two declarations would clash. */
export function symbolId(path: string, qualifiedName: string, ordinal?: number): string {
  return `${escapePath(path)}#${qualifiedName}${ordinal === undefined ? '' : `~${String(ordinal)}`}`;
}

export function packageId(ecosystem: string, name: string): string {
  return `pkg:${ecosystem}/${name}`;
}

export function relationshipId(source: string, type: RelationshipType, target: string): string {
  return `${source}|${type}|${target}`;
}

/** How the `parse_error` of a file begins that is not analysed by rule: too large, minified, binary. */
export const SKIPPED = 'skipped: ';
