import { GlobAutomaton, GlobError, parseClass, type GlobStep } from '@graphtail/facts';

const SLASH = 47;
/** A longer pattern is left out. Together with the length of a path, this bounds the cost of one match. */
const MAX_PATTERN_LENGTH = 1024;

/** The verdict of the last pattern that matches a path; undefined if none does. */
export type Verdict = 'ignored' | 'kept' | undefined;

type Pattern = {
  readonly keeps: boolean;
  readonly foldersOnly: boolean;
  /** true: it is matched against the name alone, in any folder. false: against the path from the ignore file's folder. */
  readonly byName: boolean;
  readonly matches: (text: string) => boolean;
};

/**
 * The patterns of an ignore file, with the syntax and meaning of https://git-scm.com/docs/gitignore, but matched in linear time. The
 * known libraries turn them into backtracking regular expressions, and an ignore file of a repository may be hostile.
 */
export class IgnorePatterns {
  readonly #patterns: readonly Pattern[];
  /** Number of lines that are beyond the limit, too long, or use unsupported syntax such as `[[:alpha:]]`. */
  readonly unusable: number;

  /** @param limit number of patterns; further ones count as unusable */
  constructor(text: string, limit: number) {
    const patterns: Pattern[] = [];
    let unusable = 0;
    for (const raw of text.split(/\r?\n/)) {
      const line = withoutTrailingSpaces(raw);
      if (line === '' || line.startsWith('#')) continue;
      const pattern = patterns.length < limit ? parseLine(line) : undefined;
      if (pattern === undefined) unusable++;
      else patterns.push(pattern);
    }
    this.#patterns = patterns.reverse();
    this.unusable = unusable;
  }

  get count(): number {
    return this.#patterns.length;
  }

  /** @param path relative to the ignore file's folder, with `/` */
  verdictOf(path: string, isFolder: boolean): Verdict {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const last = this.#patterns.find(({ foldersOnly, byName, matches }) => (isFolder || !foldersOnly) && matches(byName ? name : path));
    return last === undefined ? undefined : last.keeps ? 'kept' : 'ignored';
  }
}

function withoutTrailingSpaces(line: string): string {
  let end = line.length;
  while (end > 0 && line[end - 1] === ' ' && line[end - 2] !== '\\') end--;
  return line.slice(0, end);
}

function parseLine(line: string): Pattern | undefined {
  if (line.length > MAX_PATTERN_LENGTH) return undefined;
  const keeps = line.startsWith('!');
  let text = keeps ? line.slice(1) : line;
  const foldersOnly = text.endsWith('/');
  if (foldersOnly) text = text.slice(0, -1);
  const byName = !text.includes('/');
  if (text.startsWith('/')) text = text.slice(1);
  if (text === '') return { keeps, foldersOnly, byName, matches: () => false };
  try {
    return { keeps, foldersOnly, byName, matches: matcherOf(text) };
  } catch (error) {
    if (error instanceof GlobError) return undefined;
    throw error;
  }
}

/** Most patterns are names or `*.extension`, which need no automaton. */
function matcherOf(text: string): (path: string) => boolean {
  if (!/[*?[\\]/.test(text)) return (path) => path === text;
  const ending = /^\*(\.[^*?[\\/]+)$/.exec(text)?.[1];
  if (ending !== undefined) return (name) => name.endsWith(ending);
  const automaton = new GlobAutomaton([stepsOf(Array.from(text))]);
  return (path) => automaton.matches(path);
}

function stepsOf(characters: readonly string[]): GlobStep[] {
  const steps: GlobStep[] = [];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!;
    if (character === '*') {
      const start = i;
      while (characters[i + 1] === '*') i++;
      const isSegment = i > start && (start === 0 || characters[start - 1] === '/');
      if (isSegment && i + 1 === characters.length) steps.push({ kind: 'rest' });
      else if (isSegment && characters[i + 1] === '/') {
        if (steps.at(-1)?.kind !== 'folders') steps.push({ kind: 'folders' });
        i++;
      } else steps.push({ kind: 'star' });
    } else if (character === '?') {
      steps.push({ kind: 'one', accepts: (codePoint) => codePoint !== SLASH });
    } else if (character === '[') {
      const end = endOfClass(characters, i);
      steps.push({ kind: 'one', accepts: parseClass(characters.slice(i + 1, end).join('')) });
      i = end;
    } else {
      if (character === '\\' && ++i === characters.length) throw new GlobError('ends in a \\ that escapes nothing');
      const wanted = characters[i]!.codePointAt(0);
      steps.push({ kind: 'one', accepts: (codePoint) => codePoint === wanted });
    }
  }
  return steps;
}

/** The index of the `]` that ends a class. A `]` at the very start of a class is one of its characters. */
function endOfClass(characters: readonly string[], start: number): number {
  let i = start + 1;
  if (characters[i] === '!' || characters[i] === '^') i++;
  for (let first = i; i < characters.length; i++) {
    if (characters[i] === '\\') i++;
    else if (characters[i] === '[' && ':.='.includes(characters[i + 1] ?? ' ')) break;
    else if (characters[i] === ']' && i > first) return i;
  }
  throw new GlobError('has a class that does not end, or is named');
}
