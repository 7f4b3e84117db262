import type { Syntax } from './syntax.ts';

const MAX_CHARS = 2000;

/** The text of the comments right before a node, without their comment marks. */
export function docCommentBefore(
  node: Syntax,
  counts: (text: string) => boolean = () => true,
  nearest: Syntax | undefined = node.previous,
): string | undefined {
  const lines: string[] = [];
  let next = node.line;
  for (let each = nearest; each !== undefined && each.kind.endsWith('comment'); each = each.previous) {
    const { text, line } = each;
    // The node of a line comment may include its line feed. A comment that follows code on the same line belongs to that code.
    const end = line + text.trimEnd().split('\n').length - 1;
    if (next - end > 1 || !counts(text)) break;
    lines.unshift(...text.split(/\r?\n/).map(plain));
    next = line;
  }
  const text = lines.join('\n').trim();
  return text === '' ? undefined : text.slice(0, MAX_CHARS);
}

function plain(line: string): string {
  return line
    .replace(/^\s*(?:\/\/[/!]?|\/\*[*!]?|\*\/|\*(?!\/)|#)[ \t]?/, '')
    .trimEnd()
    .replace(/\*\/$/, '')
    .trimEnd();
}
