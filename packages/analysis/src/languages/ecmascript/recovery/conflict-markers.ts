const BEGINS = /^<{7}(?: |\r?$)/;
const BASE = /^\|{7}(?: |\r?$)/;
const DIVIDES = /^={7}\r?$/;
const ENDS = /^>{7}(?: |\r?$)/;

/**
 * Blanks the markers of an unfinished merge and the text of the other side, so that the file reads as before the merge. Lines keep their
 * numbers.
 */
export function withoutConflicts(lines: readonly string[]): string[] {
  let side: 'none' | 'ours' | 'theirs' = 'none';
  return lines.map((line) => {
    const is = (marker: RegExp): boolean => marker.test(line);
    if (side === 'none' && !is(BEGINS)) return line;
    if (is(BEGINS)) side = 'ours';
    else if (is(BASE) || is(DIVIDES)) side = 'theirs';
    else if (is(ENDS)) side = 'none';
    else if (side === 'ours') return line;
    return '';
  });
}
