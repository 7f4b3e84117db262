/** Lines `from` (inclusive) to `to` (exclusive), counted from 0. */
export interface Lines {
  readonly from: number;
  readonly to: number;
}

/** A statement or member, divided by indentation: the lines at its left margin, and the runs of further indented lines between them. */
export interface Parts {
  readonly skeleton: readonly number[];
  readonly interiors: readonly Lines[];
}

const TAB = 4;
/** Groups to search for the end of a text or comment. If it does not end within them, it counts as not ending. */
const LOOK_AHEAD = 100;
/** Lines that end something above: closing brackets and tags, and words that continue after them. A brace on a line of its own does too. */
const CLOSES = /^\s*(?:[)\]}{>]|\/>|<\/|(?:else|catch|finally|extends|implements|from)\b)/;
/** Lines that continue the line above. */
const GOES_ON = /^\s*(?:[|&?:.,=+\-*%^]|(?:as|satisfies|instanceof|in|of)\b)/;
const DECORATOR = /^\s*@[\w.]+\s*(?:\([^]*\))?\s*$/;

export function isBlank(line: string): boolean {
  return line.trim() === '';
}

function indentationOf(line: string): number {
  let columns = 0;
  for (const char of line) {
    if (char === ' ') columns++;
    else if (char === '\t') columns += TAB;
    else break;
  }
  return columns;
}

/**
 * The statements or members in a range of lines. Each begins at the left margin, with something that does not continue the line above.
 * If the first line is itself a continuation (a union, a chain of calls), each part is a group.
 */
export function groupsOf(lines: readonly string[], { from, to }: Lines): Lines[] {
  const margin = marginOf(lines, { from, to });
  const isChain = GOES_ON.test(lines[from]!);
  const starts = [from];
  for (let at = from + 1; at < to; at++) {
    const line = lines[at]!;
    if (isBlank(line) || indentationOf(line) > margin || CLOSES.test(line)) continue;
    if (isChain || !GOES_ON.test(line)) starts.push(at);
  }
  return joined(
    lines,
    starts.map((start, i) => ({ from: start, to: starts[i + 1] ?? to })),
  );
}

export function partsOf(lines: readonly string[], { from, to }: Lines): Parts {
  const margin = indentationOf(lines.slice(from, to).find((line) => !isBlank(line)) ?? '');
  const skeleton: number[] = [];
  const interiors: Lines[] = [];
  let open: number | undefined;
  for (let at = from; at < to; at++) {
    const line = lines[at]!;
    if (isBlank(line)) continue;
    if (indentationOf(line) > margin) {
      open ??= at;
      continue;
    }
    if (open !== undefined) interiors.push({ from: open, to: at });
    open = undefined;
    skeleton.push(at);
  }
  if (open !== undefined) interiors.push({ from: open, to });
  return { skeleton, interiors };
}

function marginOf(lines: readonly string[], { from, to }: Lines): number {
  let margin = Infinity;
  for (let at = from; at < to; at++) if (!isBlank(lines[at]!)) margin = Math.min(margin, indentationOf(lines[at]!));
  return margin;
}

/** Joins groups that were divided within a template or comment of several lines, and decorators with what they decorate. */
function joined(lines: readonly string[], groups: readonly Lines[]): Lines[] {
  const texts = groups.map(({ from, to }) => lines.slice(from, to).join('\n'));
  const result: Lines[] = [];
  for (let i = 0; i < groups.length; i++) {
    const { from } = groups[i]!;
    let last = i;
    if (hasHalfTemplate(texts[i]!)) last = following(texts, i, hasHalfTemplate);
    else if (opensComment(texts[i]!)) last = following(texts, i, (text) => text.includes('*/'));
    while (last + 1 < groups.length && DECORATOR.test(texts[last]!)) last++;
    result.push({ from, to: groups[last]!.to });
    i = last;
  }
  return result;
}

function following(texts: readonly string[], from: number, ends: (text: string) => boolean): number {
  const at = texts.slice(from + 1, from + 1 + LOOK_AHEAD).findIndex(ends);
  return at === -1 ? from : from + 1 + at;
}

function hasHalfTemplate(text: string): boolean {
  return (text.match(/(?<!\\)`/g)?.length ?? 0) % 2 === 1;
}

/** Whether a comment stays open. Its start must follow a space: `/*` also occurs in patterns of paths. */
function opensComment(text: string): boolean {
  const opened = [...text.matchAll(/(?:^|\s)\/\*/g)].at(-1);
  return opened !== undefined && !text.includes('*/', opened.index + opened[0].length);
}
