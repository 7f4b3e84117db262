import type * as t from '@babel/types';
import type { SourceExtraction } from '../../../extraction/extraction.ts';
import type { BindingNumber, ExprNumber } from '../../../extraction/numbers.ts';
import type { LanguagePlugin } from '../../language-plugin.ts';
import { parseSource } from '../parse.ts';
import { readModule } from '../read-module.ts';
import { globalTag } from '../../../extraction/specifiers/global-tags.ts';
import { VALUE, type Scope } from '../scope.ts';
import { readType } from '../types.ts';
import { keyName, type Walk } from '../walk.ts';
import { CodeReader } from './code.ts';
import { camelCase, exportComponent, loadedComponent, Options, pascalCase, TemplateScope } from './component.ts';
import { MarkupReader, type Attribute, type Piece, type Span } from './markup.ts';
import { OpenElements } from './open-elements.ts';
import { extensionOf, only, sectionsOf, valueOf, without } from './sections.ts';

/** Vue's single-file components. */
export const vue: LanguagePlugin = { extensions: { '.vue': 'vue' }, extract };

function extract(source: string, _fileName: string, contentHash: string): SourceExtraction {
  const sections = sectionsOf(source);
  const scripts = sections.filter(({ tag, attributes }) => tag === 'script' && valueOf(source, attributes, 'src') === undefined);
  const extension = extensionOf(source, scripts);
  const parsed = parseSource(
    only(
      source,
      scripts.map(({ content }) => content),
    ),
    extension,
  );
  const setup = scripts.find(({ attributes }) => valueOf(source, attributes, 'setup') !== undefined);
  const markup = without(
    source,
    sections.map(({ whole }) => whole),
  );
  const after = (w: Walk, program: t.Program): void => {
    for (const { tag, attributes, whole } of sections) {
      const from = valueOf(source, attributes, 'src');
      if (tag === 'script' && from !== undefined) readLinkedScript(w, from, lineAt(source, whole.start));
    }
    const options = Options.of(w);
    const code = new CodeReader(w, markup, extension);
    const top = w.scope;
    const props = setup === undefined ? undefined : propsOf(w, program);
    const script = setup === undefined ? undefined : top;
    w.scope = new TemplateScope(w, script, (name) => options?.binding(name) ?? props?.(name));
    new VueTemplate(code, script, options).read(new MarkupReader(markup, { mustaches: true }).all(0));
    w.scope = top;
    code.tell();
    exportComponent(w, w.any);
  };
  return readModule(source, parsed, 'vue', contentHash, { after });
}

/** `<script src>`: the component is the default export of another file. */
function readLinkedScript({ model }: Walk, specifier: string, line: number): void {
  model.exports.push({ name: 'default', from: { module: model.module(specifier, 'import', line), name: 'default' } });
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

/** The props that `<script setup>` defines, as names in the template. */
function propsOf(w: Walk, program: t.Program): ((name: string) => BindingNumber | undefined) | undefined {
  const call = program.body.map(definedProps).find((found) => found !== undefined);
  if (call === undefined) return undefined;
  const { model } = w;
  const [written] = call.typeArguments?.type === 'TSTypeParameterInstantiation' ? call.typeArguments.params : [];
  const type = written === undefined ? undefined : model.expr(['as', readType(w, written)]);
  const [given] = call.arguments;
  const names = new Set(
    given?.type === 'ObjectExpression'
      ? given.properties.map((property) => ('key' in property ? keyName(property.key, false) : undefined))
      : given?.type === 'ArrayExpression'
        ? given.elements.map((element) => (element?.type === 'StringLiteral' ? element.value : undefined))
        : [],
  );
  const known = new Map<string, BindingNumber>();
  return (name) => {
    if (type === undefined && !names.has(name)) return undefined;
    let binding = known.get(name);
    if (binding === undefined) {
      known.set(name, (binding = model.binding(name)));
      if (type !== undefined)
        model.bindings[binding]!.init = model.expr(['else', model.expr(['.', type, name]), model.expr(['global', name])]);
    }
    return binding;
  };
}

/** `defineProps(…)`, also in `const props = withDefaults(defineProps(…), …)`. */
function definedProps(statement: t.Statement): t.CallExpression | undefined {
  let value: t.Node | null | undefined =
    statement.type === 'ExpressionStatement'
      ? statement.expression
      : statement.type === 'VariableDeclaration'
        ? statement.declarations[0]?.init
        : undefined;
  for (let i = 0; i < 2; i++) {
    if (value?.type !== 'CallExpression' || value.callee.type !== 'Identifier') return undefined;
    if (value.callee.name === 'defineProps') return value;
    if (value.callee.name !== 'withDefaults') return undefined;
    value = value.arguments[0];
  }
  return undefined;
}

const FOR = /^([\s\S]*?)\s(?:in|of)\s([\s\S]*)$/;

class VueTemplate {
  readonly #code: CodeReader;
  readonly #w: Walk;
  readonly #script: Scope | undefined;
  readonly #options: Options | undefined;
  readonly #elements: OpenElements;

  /** @param script the scope of `<script setup>`, all of whose names are names of the template */
  constructor(code: CodeReader, script: Scope | undefined, options: Options | undefined) {
    this.#code = code;
    this.#w = code.w;
    this.#script = script;
    this.#options = options;
    this.#elements = new OpenElements(code.w);
  }

  read(pieces: readonly Piece[]): void {
    /** Elements inside `<template>` at the top of the file are the template. Other elements there are blocks of other tools. */
    let templates = 0;
    for (const piece of pieces) {
      if (piece.kind === 'open' && piece.tag === 'template' && !piece.isClosed && this.#isRead(piece, templates)) {
        templates++;
        if (templates === 1) continue;
      }
      if (piece.kind === 'close' && piece.tag === 'template' && templates > 0) templates--;
      if (templates === 0) continue;
      if (piece.kind === 'open') this.#open(piece);
      else if (piece.kind === 'close') this.#elements.leave(piece.tag);
      else if (piece.kind === 'code') this.#code.value(piece);
    }
  }

  /** Pug and similar languages are not read. */
  #isRead({ attributes }: Piece & { readonly kind: 'open' }, templates: number): boolean {
    const language = templates > 0 ? undefined : valueOf(this.#code.text, attributes, 'lang');
    return language === undefined || language === 'html';
  }

  #open({ tag, attributes, isClosed, start }: Piece & { readonly kind: 'open' }): void {
    const loop = attributes.find(({ name }) => name === 'v-for');
    const slot = attributes.find(({ name }) => name.startsWith('#') || /^v-slot(?:[:.]|$)/.test(name) || name === 'slot-scope');
    const declares = loop?.value !== undefined || slot?.value !== undefined;
    this.#elements.enter(tag, declares);
    if (loop?.value !== undefined) this.#loop(loop.value);
    this.#tag(tag, start);
    for (const attribute of attributes) if (attribute !== loop && attribute !== slot) this.#attribute(tag, attribute);
    if (slot?.value !== undefined) this.#code.parameters(slot.value);
    if (isClosed) this.#elements.leave(tag);
  }

  #loop(span: Span): void {
    const text = this.#code.slice(span);
    const [, left, right] = FOR.exec(text) ?? [];
    if (left === undefined || right === undefined) return;
    this.#w.decision();
    const list = this.#code.value({ start: span.end - right.length, end: span.end });
    const open = /^\s*\(/.exec(left)?.[0].length ?? 0;
    const close = open === 0 ? 0 : (/\)\s*$/.exec(left)?.[0].length ?? 0);
    const names = { start: span.start + open, end: span.start + left.length - close };
    this.#code.parameters(names, list === undefined ? [] : [this.#w.model.expr(['each', list])]);
  }

  #tag(tag: string, start: number): void {
    const component = this.#component(tag);
    if (component !== undefined) this.#w.use('render', component, this.#code.at(start));
  }

  #component(tag: string): ExprNumber | undefined {
    const { model } = this.#w;
    const [object, ...path] = tag.split('.');
    if (path.length > 0) return path.reduce((value, name) => model.expr(['.', value, name]), this.#w.name(object!));
    if (/^[a-z]+\d?$/.test(tag)) return undefined;
    const written = this.#written(tag) ?? this.#written(camelCase(tag)) ?? this.#written(pascalCase(tag)) ?? this.#options?.component(tag);
    return written === undefined ? model.expr(['global', globalTag(pascalCase(tag))]) : loadedComponent(this.#w, written);
  }

  #attribute(tag: string, { name, value, start }: Attribute): void {
    if (!/^[:@#.]|^v-/.test(name)) return;
    const custom = /^v-([a-z][\w-]*)/.exec(name)?.[1];
    const directive = custom === undefined || BUILT_IN.has(custom) ? undefined : this.#written(camelCase(`v-${custom}`));
    if (directive !== undefined) this.#w.use('refer', directive, this.#code.at(start));
    if (/^(?:v-if|v-else-if)$/.test(name)) this.#w.decision();
    if (value === undefined) {
      // `:user` stands for `:user="user"`.
      if (/^:[a-z][\w-]*$/i.test(name)) this.#code.value({ start: start + 1, end: start + name.length }, camelCase(name.slice(1)));
    } else if (/^(?:@|v-on(?::|$))/.test(name)) this.#code.handler(value);
    else if (tag === 'component' && /^(?::|v-bind:)is$/.test(name)) {
      const component = this.#code.value(value);
      if (component !== undefined) this.#w.use('render', loadedComponent(this.#w, component), this.#code.at(start));
    } else this.#code.value(value);
  }

  /** A name that `<script setup>` declares. */
  #written(name: string): ExprNumber | undefined {
    const binding = this.#script?.lookup(name, VALUE);
    return binding === undefined ? undefined : this.#w.model.expr(['name', binding]);
  }
}

const BUILT_IN: ReadonlySet<string> = new Set('if else else-if for on bind model slot show html text pre once cloak memo is'.split(' '));
