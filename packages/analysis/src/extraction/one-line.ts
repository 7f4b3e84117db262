const MAX_CHARS = 300;

/** A piece of source on one line, at most `MAX_CHARS` characters long. */
export function oneLine(source: string, start: number, end: number): string {
  const text = source
    .slice(start, Math.min(end, start + 4 * MAX_CHARS))
    .replaceAll(/\s+/g, ' ')
    .trim();
  return text.length <= MAX_CHARS ? text : `${text.slice(0, MAX_CHARS - 1)}…`;
}
