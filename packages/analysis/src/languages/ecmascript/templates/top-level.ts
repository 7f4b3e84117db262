const OPENING = '([{';
const CLOSING = ')]}';

/**
 * Finds a pattern in code, outside its brackets and texts.
 *
 * @param pattern a sticky regular expression
 */
export function findOutside(code: string, pattern: RegExp, from = 0): { readonly start: number; readonly end: number } | undefined {
  let depth = 0;
  for (let at = from; at < code.length; at++) {
    const char = code[at]!;
    if (depth === 0) {
      pattern.lastIndex = at;
      const found = pattern.exec(code)?.[0];
      if (found !== undefined) return { start: at, end: at + found.length };
    }
    if (OPENING.includes(char)) depth++;
    else if (CLOSING.includes(char)) depth--;
    else if (char === '"' || char === "'" || char === '`') {
      while (++at < code.length && code[at] !== char) if (code[at] === '\\') at++;
    }
  }
  return undefined;
}

/** Finds the last occurrence of a pattern outside brackets and texts. */
export function findLastOutside(code: string, pattern: RegExp): ReturnType<typeof findOutside> {
  let last = findOutside(code, pattern);
  for (let next = last; next !== undefined; next = findOutside(code, pattern, next.end)) last = next;
  return last;
}
