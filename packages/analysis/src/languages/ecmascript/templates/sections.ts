import { MarkupReader, type Attribute, type Span } from './markup.ts';

/** A `<script>` or `<style>`, or what stands between the fences at the top of a file. */
export interface Section {
  readonly tag: string;
  readonly attributes: readonly Attribute[];
  readonly content: Span;
  /** The tags too. */
  readonly whole: Span;
}

/**
 * Finds the scripts and styles of a file, outside its comments. They are found first, so that a tag of the template that is never
 * closed does not swallow them.
 */
export function sectionsOf(text: string, start = 0): Section[] {
  const sections: Section[] = [];
  const beginning = /<!--|<(script|style)(?=[\s>/])/gi;
  beginning.lastIndex = start;
  for (let match = beginning.exec(text); match !== null; match = beginning.exec(text)) {
    const tag = match[1]?.toLowerCase();
    if (tag === undefined) {
      const end = text.indexOf('-->', match.index + 4);
      if (end === -1) break;
      beginning.lastIndex = end + 3;
      continue;
    }
    const { attributes, isClosed, end } = MarkupReader.tagAt(text, match.index);
    const [content, whole] = isClosed ? [end, end] : endOf(text, tag, end);
    beginning.lastIndex = whole;
    sections.push({ tag, attributes, content: { start: end, end: content }, whole: { start: match.index, end: whole } });
  }
  return sections;
}

/** The offsets at which the content ends and at which the end tag does. */
function endOf(text: string, tag: string, from: number): [content: number, whole: number] {
  const ending = new RegExp(`</${tag}\\s*>`, 'gi');
  ending.lastIndex = from;
  const match = ending.exec(text);
  return match === null ? [text.length, text.length] : [match.index, match.index + match[0].length];
}

/** The text with spaces in the place of everything but the spans, which are sorted. Lines and offsets stay. */
export function only(text: string, spans: readonly Span[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end } of spans) {
    parts.push(blank(text.slice(at, start)), text.slice(start, end));
    at = end;
  }
  return parts.join('') + blank(text.slice(at));
}

/** The contents of scripts as one script, each in a block of its own, on the same lines. */
export function scriptText(text: string, scripts: readonly Section[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { content, whole } of scripts) {
    parts.push(blank(text.slice(at, content.start - 2)), ';{', text.slice(content.start, content.end));
    // The last script may have no end tag.
    const hasEnd = whole.end > content.end;
    if (hasEnd) parts.push('}');
    at = content.end + (hasEnd ? 1 : 0);
  }
  return parts.join('') + blank(text.slice(at));
}

/** The text with spaces in the place of the spans, which are sorted. */
export function without(text: string, spans: readonly Span[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end } of spans) {
    parts.push(text.slice(at, start), blank(text.slice(start, end)));
    at = end;
  }
  return parts.join('') + text.slice(at);
}

export function blank(text: string): string {
  return text.replaceAll(/[^\n\r\u2028\u2029]/g, ' ');
}

/** The extension of a script file that would contain the same language. */
export function extensionOf(source: string, scripts: readonly Section[]): string {
  const languages = scripts.map(({ attributes }) => valueOf(source, attributes, 'lang'));
  return languages.includes('tsx') ? '.tsx' : languages.some((lang) => lang === 'ts' || lang === 'typescript') ? '.ts' : '.js';
}

export function valueOf(text: string, attributes: readonly Attribute[], name: string): string | undefined {
  const found = attributes.find((attribute) => attribute.name === name);
  if (found === undefined) return undefined;
  return found.value === undefined ? '' : text.slice(found.value.start, found.value.end);
}
