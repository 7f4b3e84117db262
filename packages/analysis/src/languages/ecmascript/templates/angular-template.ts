import type { ExprNumber } from '../../../extraction/numbers.ts';
import { globalTag } from '../../../extraction/specifiers/global-tags.ts';
import { VALUE } from '../scope.ts';
import type { Walk } from '../walk.ts';
import { withoutPipes } from './angular-code.ts';
import type { CodeReader } from './code.ts';
import { MarkupReader, type Attribute, type Piece, type Span } from './markup.ts';
import { OpenElements } from './open-elements.ts';
import { findOutside } from './top-level.ts';

/** `(event)`, `[property]`, `[(both)]`, `*directive`, `#name`, `let-name`, and their longer spellings. */
const EVENT = /^(?:\(([^)]+)\)|on-(.+))$/;
const PROPERTY = /^(?:\[\(?([^\])]+)\)?\]|bind(?:on)?-(.+))$/;
const BLOCK = /^@([a-z]+(?:\s+[a-z]+)*)\s*\(?/;

/** Words of JavaScript that may be members of a component, where they are used as such. */
const RESERVED = /(?<![.\w$])(?:case|class|continue|default|delete|enum|export|extends|import|in|new|return|switch)(?=\??[.(])/g;

/** Templates may name any member of the component, also one that is a reserved word of JavaScript. */
function withoutReserved(code: string): string {
  return code.replaceAll(RESERVED, (word) => `this.${word}`);
}

/** Reads a template of Angular in the scope of its component. */
export class AngularTemplate {
  readonly #code: CodeReader;
  readonly #w: Walk;
  readonly #elements: OpenElements;

  constructor(code: CodeReader) {
    this.#code = code;
    this.#w = code.w;
    this.#elements = new OpenElements(code.w);
  }

  read(pieces: readonly Piece[]): void {
    // The name of an element is known in the whole template.
    for (const piece of pieces) {
      if (piece.kind !== 'open') continue;
      for (const { name } of piece.attributes) if (/^#[\w$]+$/.test(name)) this.#w.scope.declare(name.slice(1), VALUE);
    }
    for (const piece of pieces) {
      if (piece.kind === 'open') this.#open(piece);
      else if (piece.kind === 'close') this.#elements.leave(piece.tag);
      else if (piece.kind === 'code') this.#value(piece);
      else this.#block(piece);
    }
  }

  #open({ tag, attributes, isClosed, start }: Piece & { readonly kind: 'open' }): void {
    const lets = attributes.filter(({ name }) => name.startsWith('let-'));
    this.#elements.enter(tag, lets.length > 0 || attributes.some(({ name }) => name.startsWith('*')));
    for (const { name } of lets) this.#w.scope.declare(name.slice(4), VALUE);
    if (tag.includes('-')) this.#uses(globalTag(tag), start);
    // A structural directive declares names that the other attributes may use.
    const ordered = [...attributes].sort((a, b) => Number(b.name.startsWith('*')) - Number(a.name.startsWith('*')));
    for (const attribute of ordered) this.#attribute(attribute);
    if (isClosed) this.#elements.leave(tag);
  }

  #attribute({ name, value, start }: Attribute): void {
    const event = EVENT.exec(name);
    const property = PROPERTY.exec(name);
    const plain = event?.[1] ?? event?.[2] ?? property?.[1] ?? property?.[2] ?? name.replace(/^\*/, '');
    // Selectors of directives are written in camel case.
    if (/^[a-z]+[A-Z]\w*$/.test(plain)) this.#uses(`[${plain}]`, start);
    if (value === undefined || /^(?:#|let-|on[a-z])/.test(name)) return;
    if (event !== null) this.#code.handler(value, withoutReserved(this.#code.slice(value)));
    else if (property !== null) this.#value(value);
    else if (name.startsWith('*')) this.#microsyntax(value);
    else
      for (const piece of new MarkupReader(this.#code.text, { mustaches: true }, value.end).all(value.start))
        if (piece.kind === 'code') this.#value(piece);
  }

  /** `let item of items; trackBy: key; let i = index`, `user$ | async as user; else empty` */
  #microsyntax(span: Span): void {
    this.#w.decision();
    const text = this.#code.slice(span);
    for (let from = 0, isFirst = true; from <= text.length; isFirst = false) {
      const end = findOutside(text, /;/y, from)?.start ?? text.length;
      this.#segment({ start: span.start + from, end: span.start + end }, isFirst);
      from = end + 1;
    }
  }

  #segment(span: Span, isFirst: boolean): void {
    const text = this.#code.slice(span);
    const [declared, name, ofList] = /^\s*let\s+([\w$]+)(\s+[\w$]+\s+)?/.exec(text) ?? [];
    if (declared !== undefined && name !== undefined) {
      if (ofList === undefined) this.#w.scope.declare(name, VALUE);
      else this.#each(name, { start: span.start + declared.length, end: span.end });
      return;
    }
    const key = isFirst ? 0 : (/^\s*[\w$]+\s*:?\s*/.exec(text)?.[0].length ?? 0);
    this.#valueAs({ start: span.start + key, end: span.end });
  }

  #each(name: string, list: Span): void {
    const end = findOutside(this.#code.slice(list), /\sas\s/y)?.start ?? list.end - list.start;
    const value = this.#value({ start: list.start, end: list.start + end });
    const binding = this.#w.model.bindings[this.#w.scope.declare(name, VALUE)]!;
    if (value !== undefined) binding.init = this.#w.model.expr(['each', value]);
  }

  /** An expression, and the name that it may get: `user$ | async as user`. */
  #valueAs(span: Span): void {
    const text = this.#code.slice(span);
    const as = findOutside(text, /(?:^|\s)as\s/y);
    const value = this.#value({ start: span.start, end: span.start + (as?.start ?? text.length) });
    const name = as === undefined ? undefined : /^\s*([\w$]+)/.exec(text.slice(as.end))?.[1];
    if (name === undefined) return;
    const binding = this.#w.model.bindings[this.#w.scope.declare(name, VALUE)]!;
    if (value !== undefined) binding.init = value;
  }

  /** `@if (user(); as u) {`, `@for (a of list; track a.id) {`, `@let a = b;`, `}` */
  #block(span: Span): void {
    const text = this.#code.slice(span);
    if (text === '}') {
      this.#elements.leave('{');
      return;
    }
    const [head, words] = BLOCK.exec(text) ?? [];
    if (head === undefined || words === undefined) return;
    if (words.startsWith('let')) {
      this.#code.declare({ start: span.start + '@let'.length, end: span.end - 1 }, 'let ');
      return;
    }
    this.#elements.enter('{', true);
    if (!head.endsWith('(')) return;
    const inside = { start: span.start + head.length, end: span.start + text.lastIndexOf(')') };
    if (/^(?:if|else if|for|case)$/.test(words)) this.#w.decision();
    if (words === 'for') this.#for(inside);
    else if (/^(?:if|else if|switch|case)$/.test(words)) this.#condition(inside);
  }

  #condition(span: Span): void {
    const text = this.#code.slice(span);
    const semicolon = findOutside(text, /;/y)?.start ?? text.length;
    const value = this.#value({ start: span.start, end: span.start + semicolon });
    const name = /^;\s*as\s+([\w$]+)/.exec(text.slice(semicolon))?.[1];
    if (name === undefined) return;
    const binding = this.#w.model.bindings[this.#w.scope.declare(name, VALUE)]!;
    if (value !== undefined) binding.init = value;
  }

  #for(span: Span): void {
    const text = this.#code.slice(span);
    const [head, name] = /^\s*\(?\s*([\w$]+)\s+of\s/.exec(text) ?? [];
    if (head === undefined || name === undefined) return;
    const end = findOutside(text, /;/y, head.length)?.start ?? text.length;
    this.#each(name, { start: span.start + head.length, end: span.start + end });
    for (const implied of ['$index', '$first', '$last', '$even', '$odd', '$count']) this.#w.scope.declare(implied, VALUE);
    for (let from = end + 1; from <= text.length;) {
      const next = findOutside(text, /;/y, from)?.start ?? text.length;
      const segment = text.slice(from, next);
      const track = /^\s*track\s/.exec(segment)?.[0].length;
      if (track !== undefined) this.#value({ start: span.start + from + track, end: span.start + next });
      for (const [, alias] of /^\s*let\s/.test(segment) ? segment.matchAll(/([\w$]+)\s*=/g) : []) this.#w.scope.declare(alias!, VALUE);
      from = next + 1;
    }
  }

  #value(span: Span): ExprNumber | undefined {
    const { code, pipes } = withoutPipes(this.#code.slice(span));
    for (const { name, offset } of pipes) this.#uses(`|${name}`, span.start + offset);
    return this.#code.value(span, withoutReserved(code));
  }

  #uses(name: string, at: number): void {
    this.#w.use('render', this.#w.model.expr(['global', name]), this.#code.at(at));
  }
}
