import { endOfCode, type Embedded } from './braces.ts';

/** A part of the text, by offsets; `end` is behind it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Attribute extends Span {
  /** As written, with what it means to its framework (`@click.prevent`, `[value]`); empty for `{…}` in the place of an attribute. */
  readonly name: string;
  /** The text between quotes or braces. */
  readonly value?: Span;
  /** The value stands in braces, and what markup it contains. */
  readonly code?: Embedded;
}

/** What a template consists of, in the order of the text. */
export type Piece =
  | ({ readonly kind: 'open'; readonly tag: string; readonly attributes: readonly Attribute[]; readonly isClosed: boolean } & Span)
  | ({ readonly kind: 'close'; readonly tag: string } & Span)
  | ({ readonly kind: 'code'; readonly code: Embedded } & Span)
  | ({ readonly kind: 'block' } & Span);

/** What a template may contain besides HTML. */
export interface Syntax {
  /** `{{ … }}` in texts. */
  readonly mustaches?: true;
  /** `{ … }` in texts and in attributes; with `markup`, elements are expressions there. */
  readonly braces?: 'code' | 'markup';
  /** `@if (…) {` and similar in texts. */
  readonly blocks?: true;
}

/** Elements that have no end tag. */
const VOID: ReadonlySet<string> = new Set('area base br col embed hr img input link meta param source track wbr !doctype'.split(' '));
const NAME = /[^\s/>]+/y;
const ATTRIBUTE = /[^\s=>/]+|\/(?!>)/y;
const UNQUOTED = /[^\s>]*/y;
const SPACE = /\s*/y;
/** How many braces without an end are looked for. Each search may take the whole text. */
const MAX_UNCLOSED = 4;
/** How deep elements in code in elements are read. */
const MAX_NESTED = 30;
/** In characters. */
const MAX_BLOCK_HEAD = 1000;

/**
 * Divides a template into tags and code. It never fails: what is broken is read as far as that is possible, as browsers do. The work is
 * linear in the length of the text.
 */
export class MarkupReader {
  readonly text: string;
  readonly end: number;
  readonly syntax: Syntax;
  #unclosed = 0;
  #nested = 0;

  constructor(text: string, syntax: Syntax, end = text.length) {
    this.text = text;
    this.syntax = syntax;
    this.end = end;
  }

  /** The start tag at an offset. */
  static tagAt(text: string, at: number): Piece & { readonly kind: 'open' } {
    const pieces: Piece[] = [];
    new MarkupReader(text, {}).#tag(at, pieces);
    return pieces[0] as Piece & { readonly kind: 'open' };
  }

  /** All pieces from an offset to the end. */
  all(start: number): Piece[] {
    const pieces: Piece[] = [];
    for (let at = start; at < this.end;) at = this.#next(at, pieces);
    return pieces;
  }

  /** The pieces of the element that begins here, up to its end tag. */
  #element(start: number): Span & { readonly pieces: readonly Piece[] } {
    const pieces: Piece[] = [];
    if (this.text.startsWith('<!--', start)) return { start, end: this.#behind('-->', start + 4), pieces };
    this.#nested++;
    let depth = 0;
    let at = start;
    while (at < this.end) {
      const known = pieces.length;
      at = this.#next(at, pieces);
      const piece = pieces[known];
      if (piece?.kind === 'open' && !piece.isClosed) depth++;
      if (piece?.kind === 'close') depth--;
      if (depth <= 0 && piece !== undefined && piece.kind !== 'code') break;
    }
    this.#nested--;
    return { start, end: at, pieces };
  }

  /** Reads one piece or the text before one, and returns the offset behind it. */
  #next(at: number, pieces: Piece[]): number {
    const { text, syntax } = this;
    switch (text[at]) {
      case '<':
        return this.#tag(at, pieces);
      case '{':
        if (syntax.mustaches === true && text[at + 1] === '{') return this.#mustache(at, pieces);
        if (syntax.braces !== undefined) return this.#braces(at, pieces);
        return at + 1;
      case '@':
      case '}':
        if (syntax.blocks !== true) return at + 1;
        return this.#block(at, pieces);
      default:
        return at + 1;
    }
  }

  #tag(at: number, pieces: Piece[]): number {
    const { text } = this;
    if (text.startsWith('<!--', at)) return this.#behind('-->', at + 4);
    if (text[at + 1] === '/') {
      const end = this.#behind('>', at + 2);
      const tag = text.slice(at + 2, end - 1).trim();
      pieces.push({ kind: 'close', tag, start: at, end });
      return end;
    }
    const isFragment = this.syntax.braces === 'markup' && text[at + 1] === '>';
    if (!isFragment && !/[A-Za-z!]/.test(text[at + 1] ?? '')) return at + 1;
    const tag = isFragment ? '' : (this.#match(NAME, at + 1) ?? '');
    const attributes: Attribute[] = [];
    const closing = this.#attributes(at + 1 + tag.length, attributes);
    const isSelfClosed = text[closing - 1] === '/';
    const end = Math.min(closing + 1, this.end);
    pieces.push({ kind: 'open', tag, attributes, isClosed: isSelfClosed || VOID.has(tag.toLowerCase()), start: at, end });
    return end;
  }

  /** @returns the offset of the `>` that ends the tag */
  #attributes(start: number, attributes: Attribute[]): number {
    const { text } = this;
    let at = start;
    for (;;) {
      at += this.#match(SPACE, at)?.length ?? 0;
      if (at >= this.end || text[at] === '>') return at;
      if (text[at] === '/' && text[at + 1] === '>') return at + 1;
      if (text[at] === '{' && this.syntax.braces !== undefined) {
        const code = this.#code(at + 1);
        if (code !== undefined) {
          attributes.push({ name: '', start: at, end: code.end + 1, value: code, code });
          at = code.end + 1;
          continue;
        }
      }
      const name = this.#match(ATTRIBUTE, at) ?? text[at]!;
      const named = at + name.length;
      const equals = named + (this.#match(SPACE, named)?.length ?? 0);
      if (text[equals] !== '=') {
        attributes.push({ name, start: at, end: named });
        at = named;
        continue;
      }
      const before = equals + 1 + (this.#match(SPACE, equals + 1)?.length ?? 0);
      const attribute = this.#value(name, at, before);
      attributes.push(attribute);
      at = Math.max(attribute.end, at + 1);
    }
  }

  #value(name: string, start: number, at: number): Attribute {
    const { text, syntax } = this;
    const quote = text[at];
    if (quote === '{' && syntax.braces !== undefined) {
      const code = this.#code(at + 1);
      if (code !== undefined) return { name, start, end: code.end + 1, value: code, code };
    }
    if (quote === '"' || quote === "'" || (quote === '`' && syntax.braces === 'markup')) {
      let end = at + 1;
      while (end < this.end && text[end] !== quote) {
        const code = text[end] === '{' && syntax.braces === 'code' ? this.#code(end + 1) : undefined;
        end = code === undefined ? end + 1 : code.end + 1;
      }
      return { name, start, end: Math.min(end + 1, this.end), value: { start: at + 1, end } };
    }
    const end = at + (this.#match(UNQUOTED, at)?.length ?? 0);
    return { name, start, end, value: { start: at, end } };
  }

  #mustache(at: number, pieces: Piece[]): number {
    const found = this.#unclosed > MAX_UNCLOSED ? -1 : this.text.indexOf('}}', at + 2);
    if (found === -1 || found > this.end) {
      this.#unclosed++;
      return at + 2;
    }
    const span = { start: at + 2, end: found };
    pieces.push({ kind: 'code', ...span, code: { ...span, markup: new Map() } });
    return found + 2;
  }

  #braces(at: number, pieces: Piece[]): number {
    const code = this.#code(at + 1);
    if (code === undefined) return at + 1;
    pieces.push({ kind: 'code', start: code.start, end: code.end, code });
    return code.end + 1;
  }

  /** The code from here to the brace that closes it. */
  #code(start: number): Embedded | undefined {
    if (this.#unclosed > MAX_UNCLOSED) return undefined;
    const hasMarkup = this.syntax.braces === 'markup' && this.#nested < MAX_NESTED;
    const code = endOfCode(this.text, start, this.end, hasMarkup ? (at) => this.#element(at) : undefined);
    if (code === undefined) this.#unclosed++;
    return code;
  }

  /** The head of a block, from its `@` or `}` to its `{`, or a `}` alone. */
  #block(at: number, pieces: Piece[]): number {
    const { text } = this;
    if (text[at] === '}') {
      pieces.push({ kind: 'block', start: at, end: at + 1 });
      return at + 1;
    }
    const word = this.#match(/@(?:let\s|[a-z]+(?:\s+[a-z]+)*)/y, at);
    if (word === undefined) return at + 1;
    let end = at + word.length;
    for (let depth = 0; end < this.end && end < at + MAX_BLOCK_HEAD; end++) {
      const char = text[end]!;
      if (char === '(') depth++;
      else if (char === ')') depth--;
      else if (char === '"' || char === "'") end = this.#behind(char, end + 1) - 1;
      else if (depth === 0 && (char === '{' || char === ';' || !/\s|@/.test(char)) && !word.startsWith('@let')) break;
      else if (depth === 0 && char === ';') break;
    }
    if (text[end] !== '{' && text[end] !== ';') return at + 1;
    pieces.push({ kind: 'block', start: at, end: end + 1 });
    return end + 1;
  }

  #match(pattern: RegExp, at: number): string | undefined {
    pattern.lastIndex = at;
    const found = pattern.exec(this.text)?.[0];
    return found === undefined || found === '' ? undefined : found.slice(0, this.end - at);
  }

  /** The offset behind the next occurrence of a text, or the end. */
  #behind(needle: string, from: number): number {
    const found = this.text.indexOf(needle, from);
    return found === -1 || found + needle.length > this.end ? this.end : found + needle.length;
  }
}
