import type { SourceExtraction } from '../../../extraction/extraction.ts';
import type { LanguagePlugin } from '../../language-plugin.ts';
import { parseSource } from '../parse.ts';
import { readModule } from '../read-module.ts';
import type { Walk } from '../walk.ts';
import type { Embedded } from './braces.ts';
import { CodeReader } from './code.ts';
import { exportComponent, loadedComponent, TemplateScope } from './component.ts';
import { readScriptLinks } from './html.ts';
import { MarkupReader, type Attribute, type Piece, type Span } from './markup.ts';
import { blank, scriptText, sectionsOf, valueOf, without } from './sections.ts';

/** Astro's components and pages. */
export const astro: LanguagePlugin = { extensions: { '.astro': 'astro' }, extract };

const EXTENSION = '.tsx';
const FENCE = /^\s*---[^\n]*\n/;

function extract(source: string, _fileName: string, contentHash: string): SourceExtraction {
  const front = frontmatterOf(source);
  const sections = sectionsOf(source, front.end);
  const scripts = sections.filter(({ tag }) => tag === 'script');
  const written = scripts.filter(({ attributes }) => valueOf(source, attributes, 'src') === undefined);
  const script = blank(source.slice(0, front.start)) + source.slice(front.start, front.end);
  const parsed = parseSource(script + scriptText(source, written).slice(front.end), EXTENSION);
  const markup = without(source, [{ start: 0, end: front.end }, ...sections.map(({ whole }) => whole)]).replace(/^\s*---/, blank);
  const after = (w: Walk): void => {
    const code = new CodeReader(w, markup, EXTENSION);
    readScriptLinks(code, source, scripts);
    w.scope = new TemplateScope(w, w.scope);
    new AstroTemplate(code).read(new MarkupReader(markup, { braces: 'markup' }).all(0));
    code.tell();
    exportComponent(w, w.any);
  };
  return readModule(source, parsed, 'astro', contentHash, { after });
}

/** The script between the fences at the top of the file; empty if there is none. */
function frontmatterOf(source: string): Span {
  const start = FENCE.exec(source)?.[0].length;
  const end = start === undefined ? -1 : source.indexOf('\n---', start - 1);
  return start === undefined || end === -1 ? { start: 0, end: 0 } : { start, end: end + 1 };
}

class AstroTemplate {
  readonly #code: CodeReader;
  readonly #w: Walk;
  /** Elements in code, by their offsets. */
  readonly #inCode = new Map<number, readonly Piece[]>();

  constructor(code: CodeReader) {
    this.#code = code;
    this.#w = code.w;
    code.w.embedded = ({ start }) => {
      const pieces = this.#inCode.get(start ?? -1);
      if (pieces !== undefined) this.read(pieces);
      return pieces !== undefined;
    };
  }

  read(pieces: readonly Piece[]): void {
    for (const piece of pieces) {
      if (piece.kind === 'code') this.#value(piece.code);
      if (piece.kind !== 'open') continue;
      if (/^[A-Z]|\./.test(piece.tag)) this.#render(piece.tag, piece.start);
      for (const attribute of piece.attributes) this.#attribute(attribute);
    }
  }

  #render(tag: string, start: number): void {
    const [first, ...path] = tag.split('.');
    const component = path.reduce((value, name) => this.#w.model.expr(['.', value, name]), this.#w.name(first!));
    this.#w.use('render', loadedComponent(this.#w, component), this.#code.at(start));
  }

  #attribute({ value, code }: Attribute): void {
    if (code !== undefined) this.#value(code);
    else if (value !== undefined && this.#code.text[value.start - 1] === '`')
      this.#code.value({ start: value.start - 1, end: value.end + 1 });
  }

  /** Where an element stands in code, the parser sees an empty one; the walk over the code then comes back to the element. */
  #value({ start, end, markup }: Embedded): void {
    const parts: string[] = [];
    let at = start + (/^\s*\.\.\./.exec(this.#code.text.slice(start, end))?.[0].length ?? 0);
    const first = at;
    for (const [offset, element] of markup) {
      const text = this.#code.text.slice(offset, element.end);
      const isShort = text.length < EMPTY.length;
      parts.push(this.#code.text.slice(at, offset), isShort ? '0'.padEnd(text.length) : EMPTY + blank(text.slice(EMPTY.length)));
      this.#inCode.set(offset, element.pieces);
      at = element.end;
    }
    parts.push(this.#code.text.slice(at, end));
    this.#code.value({ start: first, end }, parts.join(''));
  }
}

const EMPTY = '<a/>';
