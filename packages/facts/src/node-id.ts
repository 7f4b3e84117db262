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
