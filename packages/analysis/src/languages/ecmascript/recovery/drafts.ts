import { missingBrackets, withClosedHead } from './brackets.ts';
import type { Parts } from './line-groups.ts';

/** A form in which the skeleton of a statement might parse. */
export interface Draft {
  /** Its lines, by line number. */
  readonly skeleton: ReadonlyMap<number, string>;
  /** What replaces the content of the statement: nothing, or an expression if the statement needs one. */
  readonly fill: '' | '0';
  /** Brackets to add after the content. */
  readonly tail: string;
}

const COMMENT_AT_END = /(^|\s)\/\/.*$/;

/**
 * Yields drafts, the likeliest first. Missing brackets at the end are always added. The drafts are: the skeleton as it is; with brackets
 * closed in its first line; with a brace opened in its first line; without its last line.
 */
export function* draftsOf(lines: readonly string[], parts: Parts): Generator<Draft, void, void> {
  const texts = parts.skeleton.map((at) => lines[at]!);
  const fills = parts.interiors.length === 0 ? ([''] as const) : (['', '0'] as const);
  for (const skeleton of [texts, closedInHead(texts), openedInHead(texts), texts.slice(0, -1)]) {
    const missing = skeleton === undefined ? undefined : missingBrackets(skeleton.join('\n'));
    if (skeleton === undefined || skeleton.length === 0 || missing === undefined) continue;
    const endsInside = (parts.interiors.at(-1)?.from ?? -1) > parts.skeleton[skeleton.length - 1]!;
    const closed = endsInside ? skeleton : [...skeleton.slice(0, -1), closedBefore(skeleton.at(-1)!, missing)];
    const placed = new Map(parts.skeleton.map((at, i) => [at, closed[i] ?? '']));
    for (const fill of fills) yield { skeleton: placed, fill, tail: endsInside ? missing : '' };
  }
}

/** The line with brackets added at its end, in place of a comment there. */
export function closedAfter(line: string, brackets: string): string {
  return brackets === '' ? line : line.replace(COMMENT_AT_END, '') + brackets;
}

/** The text of a draft before a line, and after it. */
export function textAround(draft: Draft, at: number): { before: string; after: string } {
  const lines = [...draft.skeleton];
  const join = (some: typeof lines): string => some.map(([, line]) => line).join('\n');
  return { before: join(lines.filter(([place]) => place < at)), after: `${join(lines.filter(([place]) => place > at))}\n${draft.tail}` };
}

function closedInHead([head, ...rest]: readonly string[]): string[] | undefined {
  const closed = head === undefined ? undefined : withClosedHead(head);
  return closed === undefined ? undefined : [closed, ...rest];
}

function openedInHead([head, ...rest]: readonly string[]): string[] | undefined {
  return head === undefined || rest.length === 0 ? undefined : [`${head} {`, ...rest];
}

/** The line with brackets at its end, but before a `;` or `,` that ends it. */
function closedBefore(line: string, brackets: string): string {
  if (brackets === '') return line;
  const text = line.trimEnd();
  return /[;,]$/.test(text) ? text.slice(0, -1) + brackets + text.slice(-1) : text + brackets;
}
