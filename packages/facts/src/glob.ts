import { GlobAutomaton, type GlobStep } from './glob-automaton.ts';

/** Bounds of a pattern: its length in UTF-16 units, and the alternatives of all its braces together. */
export const MAX_GLOB_LENGTH = 256;
export const MAX_GLOB_ALTERNATIVES = 8;

const SLASH = 47;

/** Thrown if a text is not a glob. The message says why; it continues a sentence whose subject is the pattern. */
export class GlobError extends Error {
  override name = 'GlobError';
}

/** A character that stands for itself, a whole character class (its text), or one of the signs `*`, `?`, `{`, `}` and `,`. */
type Token = { readonly kind: 'literal' | 'class' | 'sign'; readonly text: string };

/** Whether a text is a pattern. Otherwise it is a plain name. */
export function hasGlobSyntax(text: string): boolean {
  return /[*?[\]{}\\]|^!|[+@!]\(/.test(text);
}

/**
 * Compiles a glob over paths relative to a graph's root (docs/PROTOCOL.md, G1 to G6).
 * Matching takes time proportional to the path's length times the pattern's length.
 * @throws {GlobError} if the text is not a glob
 */
export function compileGlob(text: string): (path: string) => boolean {
  if (text.length > MAX_GLOB_LENGTH) throw new GlobError(`has more than ${String(MAX_GLOB_LENGTH)} characters`);
  if (text.startsWith('!')) throw new GlobError('begins with !, which has no meaning here; for the character itself write \\!');
  const automaton = new GlobAutomaton(expand(tokenize(text)).map(stepsOf));
  return (path) => automaton.matches(path);
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const characters = Array.from(text);
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!;
    if ('*?+@!'.includes(character) && characters[i + 1] === '(')
      throw new GlobError(`has the extended glob ${character}(; for the character itself write \\(`);
    if (character === '\\') {
      const escaped = characters[++i];
      if (escaped === undefined) throw new GlobError('ends in a \\ that escapes nothing');
      tokens.push({ kind: 'literal', text: escaped });
    } else if (character === '[') {
      const end = endOfClass(characters, i);
      tokens.push({ kind: 'class', text: characters.slice(i + 1, end).join('') });
      i = end;
    } else if (character === ']') {
      throw new GlobError('has a ] without its [; for the character itself write \\]');
    } else {
      tokens.push({ kind: '*?{},'.includes(character) ? 'sign' : 'literal', text: character });
    }
  }
  return tokens;
}

function endOfClass(characters: readonly string[], start: number): number {
  for (let i = start + 1; i < characters.length; i++) {
    if (characters[i] === '[' && ':.='.includes(characters[i + 1] ?? ' '))
      throw new GlobError('has a named character class, such as [:alpha:]: write the range');
    if (characters[i] === '\\') i++;
    else if (characters[i] === ']') return i;
  }
  throw new GlobError('has a [ without its ]; for the character itself write \\[');
}

function isSign(token: Token | undefined, sign: string): boolean {
  return token?.kind === 'sign' && token.text === sign;
}

/** Returns the patterns without braces that a pattern stands for. With 8 alternatives in all, there are at most 18. */
function expand(tokens: readonly Token[]): Token[][] {
  let expanded: Token[][] = [[]];
  let group: Token[][] | undefined;
  let alternatives = 0;
  for (const token of tokens) {
    if (isSign(token, '{')) {
      if (group !== undefined) throw new GlobError('has braces inside braces');
      group = [[]];
    } else if (isSign(token, '}')) {
      if (group === undefined) throw new GlobError('has a } without its {; for the character itself write \\}');
      const closed = group;
      if (closed.length < 2) throw new GlobError('has braces without a comma; for the characters themselves write \\{ and \\}');
      alternatives += closed.length;
      if (alternatives > MAX_GLOB_ALTERNATIVES)
        throw new GlobError(`has more than ${String(MAX_GLOB_ALTERNATIVES)} alternatives in braces`);
      expanded = expanded.flatMap((front) => closed.map((alternative) => [...front, ...alternative]));
      group = undefined;
    } else if (group === undefined) {
      for (const pattern of expanded) pattern.push(token);
    } else if (isSign(token, ',')) {
      group.push([]);
    } else {
      group.at(-1)!.push(token);
    }
  }
  if (group !== undefined) throw new GlobError('has a { without its }; for the character itself write \\{');
  return expanded;
}

function stepsOf(tokens: readonly Token[]): GlobStep[] {
  const steps: GlobStep[] = [];
  const isSlash = (token: Token | undefined): boolean => token?.kind === 'literal' && token.text === '/';
  const isDot = tokens[0]?.kind === 'literal' && tokens[0].text === '.';
  for (let i = isDot && isSlash(tokens[1]) ? 2 : isSlash(tokens[0]) ? 1 : 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (!isSign(token, '*')) {
      steps.push(oneOf(token));
      continue;
    }
    const start = i;
    while (isSign(tokens[i + 1], '*')) i++;
    const isSegment = i === start + 1 && (steps.length === 0 || isSlash(tokens[start - 1]));
    if (isSegment && i + 1 === tokens.length) {
      steps.push({ kind: 'rest' });
    } else if (isSegment && isSlash(tokens[i + 1])) {
      // Two `folders` in a row mean the same as one. The automaton can skip only one step at a time.
      if (steps.at(-1)?.kind !== 'folders') steps.push({ kind: 'folders' });
      i++;
    } else {
      steps.push({ kind: 'star' });
    }
  }
  if (isSlash(tokens.at(-1))) steps.push({ kind: 'rest' });
  return steps;
}

function oneOf(token: Token): GlobStep {
  if (token.kind === 'class') return { kind: 'one', accepts: parseClass(token.text) };
  if (isSign(token, '?')) return { kind: 'one', accepts: (codePoint) => codePoint !== SLASH };
  const wanted = token.text.codePointAt(0);
  return { kind: 'one', accepts: (codePoint) => codePoint === wanted };
}

/**
 * Parses the text between brackets, e.g. `a-z` or `!abc`. No class matches a `/`, a negated class included.
 * @throws {GlobError} if the text is not a character class
 */
export function parseClass(text: string): (codePoint: number) => boolean {
  const negated = /^[!^]/.test(text);
  const characters = Array.from(negated ? text.slice(1) : text);
  if (characters.length === 0) throw new GlobError('has an empty character class');
  const items: { readonly codePoint: number; readonly isDash: boolean }[] = [];
  for (let i = 0; i < characters.length; i++) {
    const isEscaped = characters[i] === '\\';
    const character = characters[isEscaped ? ++i : i]!;
    if (character === '/') throw new GlobError('has a / in a character class');
    items.push({ codePoint: character.codePointAt(0)!, isDash: character === '-' && !isEscaped });
  }
  const ranges: (readonly [from: number, to: number])[] = [];
  for (let i = 0; i < items.length; i++) {
    const isRange = items[i + 1]?.isDash === true && i + 2 < items.length;
    const [from, to] = [items[i]!.codePoint, items[isRange ? i + 2 : i]!.codePoint];
    if (from > to) throw new GlobError('has a character range that ends before it begins');
    ranges.push([from, to]);
    if (isRange) i += 2;
  }
  return (codePoint) => codePoint !== SLASH && ranges.some(([from, to]) => codePoint >= from && codePoint <= to) !== negated;
}
