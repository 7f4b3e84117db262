import type { Piece, Span } from './markup.ts';

/** Code between delimiters, and the elements in it by the offset at which they begin. */
export interface Embedded extends Span {
  readonly markup: ReadonlyMap<number, Span & { readonly pieces: readonly Piece[] }>;
}

const WORD = /[\w$]/;
/** After these characters and words, `/` begins a regular expression and `<` an element. */
const BEFORE_OPERAND = /[(,=:?&|!{[;>+]$|(?:^|[^\w$.])(?:return|typeof|case|in|of|default|await|yield)$/;
/** In characters. */
const MAX_PATTERN = 200;

type ReadElement = (at: number) => Embedded['markup'] extends ReadonlyMap<number, infer Element> ? Element : never;

/**
 * Finds the `}` that closes the code which begins here, past texts, comments and regular expressions.
 *
 * @param element reads an element in the code, where elements are expressions
 * @returns undefined if nothing closes it
 */
export function endOfCode(text: string, start: number, limit: number, element?: ReadElement): Embedded | undefined {
  const markup = new Map<number, ReturnType<ReadElement>>();
  /** Open braces and template texts, innermost last. */
  const open: string[] = [];
  // The sign of a block: {#if …}, {/if}.
  let at = /[#:/@]/.test(text[start] ?? '') && !/\/[/*]/.test(text.slice(start, start + 2)) ? start + 1 : start;
  let significant = start;
  const mayBegin = (): boolean => significant === start || BEFORE_OPERAND.test(text.slice(Math.max(start, significant - 8), significant));
  for (; at < limit; at++) {
    const char = text[at]!;
    if (open.at(-1) === '`') {
      if (char === '\\') at++;
      else if (char === '`') open.pop();
      else if (char === '$' && text[at + 1] === '{') {
        open.push('{');
        at++;
      }
      significant = at + 1;
      continue;
    }
    switch (char) {
      case ' ':
      case '\t':
      case '\n':
      case '\r':
        continue;
      case '{':
      case '`':
        open.push(char);
        break;
      case '}':
        if (open.pop() === undefined) return { start, end: at, markup };
        break;
      case '"':
      case "'":
        at = endOfText(text, at, limit);
        break;
      case '/':
        if (text[at + 1] === '/' || text[at + 1] === '*') {
          const end = text[at + 1] === '/' ? text.indexOf('\n', at) : text.indexOf('*/', at + 2);
          if (end === -1 || end >= limit) return undefined;
          at = text[at + 1] === '/' ? end : end + 1;
          continue;
        }
        if (mayBegin()) at = endOfPattern(text, at, limit);
        break;
      case '<':
        if (element !== undefined && /[A-Za-z>!]/.test(text[at + 1] ?? '') && mayBegin()) {
          const found = element(at);
          markup.set(at, found);
          at = found.end - 1;
          significant = at + 1;
          continue;
        }
        break;
      default:
        break;
    }
    significant = at + 1;
    if (WORD.test(char)) while (WORD.test(text[at + 1] ?? '') && at + 1 < limit) significant = ++at + 1;
  }
  return undefined;
}

/** The offset of the quote that ends a text, or of the last character of its line. */
function endOfText(text: string, start: number, limit: number): number {
  for (let at = start + 1; at < limit; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === text[start]) return at;
    else if (text[at] === '\n') return at;
  }
  return limit;
}

/** The offset of the `/` that ends a regular expression; its own offset if its line has none. */
function endOfPattern(text: string, start: number, limit: number): number {
  let inClass = false;
  for (let at = start + 1; at < limit && at < start + MAX_PATTERN && text[at] !== '\n'; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '[') inClass = true;
    else if (text[at] === ']') inClass = false;
    else if (text[at] === '/' && !inClass) return at;
  }
  return start;
}
