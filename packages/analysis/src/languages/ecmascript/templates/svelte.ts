import type * as t from '@babel/types';
import type { SourceExtraction } from '../../../extraction/extraction.ts';
import type { BindingNumber } from '../../../extraction/numbers.ts';
import type { LanguagePlugin } from '../../language-plugin.ts';
import { parseSource } from '../parse.ts';
import { readModule } from '../read-module.ts';
import { TYPE, VALUE } from '../scope.ts';
import type { Walk } from '../walk.ts';
import { CodeReader } from './code.ts';
import { exportComponent, loadedComponent, TemplateScope } from './component.ts';
import { MarkupReader, type Attribute, type Piece, type Span } from './markup.ts';
import { OpenElements } from './open-elements.ts';
import { extensionOf, only, sectionsOf, without } from './sections.ts';
import { findLastOutside, findOutside } from './top-level.ts';

/** Svelte's components, of all versions. */
export const svelte: LanguagePlugin = { extensions: { '.svelte': 'svelte' }, extract };

function extract(source: string, _fileName: string, contentHash: string): SourceExtraction {
  const sections = sectionsOf(source);
  const scripts = sections.filter(({ tag }) => tag === 'script');
  const extension = extensionOf(source, scripts);
  const contents = scripts.map(({ content }) => content);
  const parsed = parseSource(only(source, contents), extension);
  const markup = without(
    source,
    sections.map(({ whole }) => whole),
  );
  return readModule(source, parsed, 'svelte', contentHash, {
    before: (w, program) => {
      declareReactive(w, program);
      declareStores(w, parsed.text + markup);
    },
    after: (w) => {
      const code = new CodeReader(w, markup, extension);
      w.scope = new TemplateScope(w, w.scope);
      new SvelteTemplate(code).read(new MarkupReader(markup, { braces: 'code' }).all(0));
      code.tell();
      exportComponent(w, w.any);
    },
  });
}

/** `$: total = a + b` declares `total`. */
function declareReactive(w: Walk, program: t.Program): void {
  for (const statement of program.body) {
    if (statement.type !== 'LabeledStatement' || statement.label.name !== '$' || statement.body.type !== 'ExpressionStatement') continue;
    const { expression } = statement.body;
    if (expression.type !== 'AssignmentExpression' || expression.left.type !== 'Identifier') continue;
    if (w.scope.lookup(expression.left.name, VALUE) === undefined) w.scope.declare(expression.left.name, VALUE);
  }
}

/** `$cart` is the value of the store `cart`. Its type is not known; who uses it uses the store. */
function declareStores({ scope, model }: Walk, text: string): void {
  for (const [, name] of text.matchAll(/(?<![\w$.])\$([A-Za-z_]\w*)/g)) {
    const store = scope.lookup(name!, VALUE);
    if (store === undefined || scope.lookup(`$${name!}`, VALUE | TYPE) !== undefined) continue;
    const value: BindingNumber = scope.declare(`$${name!}`, VALUE);
    model.bindings[value]!.init = model.expr(['name', store]);
  }
}

/** Attributes that name a function of the script after the colon. */
const NAMING = /^(?:use|transition|in|out|animate):([A-Za-z_$][\w$]*)/;
const SHORTHAND = /^(?:bind|class|style):([A-Za-z_$][\w$]*)$/;
const KEYWORD = /^\s*([#:/@][a-z]+)\s*/;

class SvelteTemplate {
  readonly #code: CodeReader;
  readonly #w: Walk;
  readonly #elements: OpenElements;

  constructor(code: CodeReader) {
    this.#code = code;
    this.#w = code.w;
    this.#elements = new OpenElements(code.w);
  }

  read(pieces: readonly Piece[]): void {
    for (const piece of pieces) {
      if (piece.kind === 'open') this.#open(piece);
      else if (piece.kind === 'close') this.#elements.leave(piece.tag);
      else if (piece.kind === 'code') this.#block(piece);
    }
  }

  #open({ tag, attributes, isClosed, start }: Piece & { readonly kind: 'open' }): void {
    const lets = attributes.filter(({ name }) => name.startsWith('let:'));
    this.#elements.enter(tag, lets.length > 0);
    if (/^[A-Z]|\./.test(tag)) this.#render(tag, start);
    for (const attribute of attributes) if (!lets.includes(attribute)) this.#attribute(tag, attribute);
    for (const { start: at, name, value } of lets) this.#code.parameters(value ?? { start: at + 4, end: at + name.length });
    if (isClosed) this.#elements.leave(tag);
  }

  #render(tag: string, start: number): void {
    const [first, ...path] = tag.split('.');
    const component = path.reduce((value, name) => this.#w.model.expr(['.', value, name]), this.#w.name(first!));
    this.#w.use('render', loadedComponent(this.#w, component), this.#code.at(start));
  }

  #attribute(tag: string, { name, value, code, start }: Attribute): void {
    const named = NAMING.exec(name)?.[1] ?? (value === undefined ? SHORTHAND.exec(name)?.[1] : undefined);
    if (named !== undefined) {
      const at = start + name.indexOf(':') + 1;
      this.#code.value({ start: at, end: at + named.length });
    }
    if (value === undefined) return;
    if (code === undefined) {
      // A quoted text may contain code.
      for (const piece of new MarkupReader(this.#code.text, { braces: 'code' }, value.end).all(value.start))
        if (piece.kind === 'code') this.#block(piece);
    } else if (name === '') this.#block(value);
    else if (name === 'this' && /^svelte:/.test(tag)) {
      const component = this.#code.value(value);
      if (component !== undefined) this.#w.use('render', loadedComponent(this.#w, component), this.#code.at(start));
    } else if (/^on:?\w/.test(name)) this.#code.handler(value);
    else this.#code.value(value);
  }

  /** The content of braces: an expression, or the head of a block. */
  #block(span: Span): void {
    const text = this.#code.slice(span);
    const head = KEYWORD.exec(text);
    const start = span.start + (head?.[0].length ?? 0);
    const rest = { start, end: span.end };
    switch (head?.[1]) {
      case undefined: {
        const dots = /^\s*\.\.\./.exec(text)?.[0].length ?? 0;
        this.#code.value({ start: span.start + dots, end: span.end });
        break;
      }
      case '#if':
      case '#key':
        if (head[1] === '#if') this.#w.decision();
        this.#elements.enter(head[1], true);
        this.#code.value(rest);
        break;
      case '#each':
        this.#each(rest);
        break;
      case '#await': {
        this.#elements.enter('#await', true);
        const then = findOutside(this.#code.slice(rest), /\s(?:then|catch)(?=\s|$)/y);
        const promise = this.#code.value({ start, end: then === undefined ? rest.end : start + then.start });
        const isThen = then !== undefined && this.#code.slice(rest).startsWith('then', then.start + 1);
        const value = promise === undefined || !isThen ? [] : [this.#w.model.expr(['await', promise])];
        if (then !== undefined) this.#code.parameters({ start: start + then.end, end: rest.end }, value);
        break;
      }
      case '#snippet':
        this.#snippet(rest);
        break;
      case ':then':
      case ':catch':
        this.#elements.leave('#await');
        this.#elements.enter('#await', true);
        this.#code.parameters(rest);
        break;
      case ':else': {
        const condition = /^if\s/.exec(this.#code.slice(rest))?.[0].length;
        if (condition !== undefined) this.#code.value({ start: start + condition, end: rest.end });
        break;
      }
      case '@const':
        this.#code.declare(rest, 'const ');
        break;
      case '@html':
      case '@render':
      case '@attach':
        this.#code.value(rest);
        break;
      default:
        if (head![1].startsWith('/')) this.#elements.leave(`#${head![1].slice(1)}`);
    }
  }

  /** `{#each list as item, index (key)}` */
  #each(span: Span): void {
    this.#w.decision();
    this.#elements.enter('#each', true);
    const text = this.#code.slice(span);
    const as = findLastOutside(text, /\sas\s/y);
    const end = as?.start ?? findOutside(text, /,/y)?.start ?? text.length;
    const list = this.#code.value({ start: span.start, end: span.start + end });
    if (as === undefined) return;
    const key = findOutside(text, /\(/y, as.end);
    const names = { start: span.start + as.end, end: span.start + (key?.start ?? text.length) };
    this.#code.parameters(names, list === undefined ? [] : [this.#w.model.expr(['each', list])]);
    if (key !== undefined) this.#code.value({ start: span.start + key.start, end: span.end });
  }

  /** `{#snippet row(item)}` declares `row`, and `item` inside. */
  #snippet(span: Span): void {
    const [, name = ''] = /^([\w$]+)/.exec(this.#code.slice(span)) ?? [];
    this.#w.scope.declare(name, VALUE);
    this.#elements.enter('#snippet', true);
    const open = this.#code.slice(span).indexOf('(');
    const close = this.#code.slice(span).lastIndexOf(')');
    if (open !== -1 && close > open) this.#code.parameters({ start: span.start + open + 1, end: span.start + close });
  }
}
