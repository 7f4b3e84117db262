import type { Member, Shape } from '../../extraction/extraction.ts';
import { noteWorn } from '../../extraction/http-calls.ts';
import type { FunctionNumber, NodeNumber } from '../../extraction/numbers.ts';
import { oneLine } from '../../extraction/one-line.ts';
import { defineFunction, type Attributes } from '../tree-sitter/functions.ts';
import type { Handler } from '../tree-sitter/language.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { visibilityOf } from './expressions.ts';
import { parametersOf } from './parameters.ts';

export const DEFINITIONS: Readonly<Record<string, Handler>> = {
  decorated_definition: (r, node) => {
    const decorators = node.children.filter(({ kind }) => kind === 'decorator');
    define(r, node.field('definition')!, node, decorators);
    return undefined;
  },
  function_definition: (r, node) => (define(r, node, node, []), undefined),
  class_definition: (r, node) => (define(r, node, node, []), undefined),
};

function define(r: Reader, node: Syntax, span: Syntax, decorators: readonly Syntax[]): void {
  const names = decorators.map((decorator) => /^@\s*([\w.]+)/.exec(decorator.text)?.[1] ?? '');
  const symbol = node.kind === 'class_definition' ? defineClass(r, node, span) : defineMethod(r, node, span, names);
  for (const decorator of decorators) {
    const [inner] = decorator.children;
    if (inner === undefined) continue;
    const worn = r.read(inner);
    if (symbol !== undefined) noteWorn(r.model, worn, symbol);
    r.inside(symbol, false, () => r.use('decorate', r.read(inner.kind === 'call' ? inner.field('function') : inner), decorator));
  }
}

function defineMethod(r: Reader, node: Syntax, span: Syntax, decorators: readonly string[]): NodeNumber | undefined {
  const name = node.field('name')?.text ?? '';
  const { around } = r;
  const inClass = around !== undefined && r.scope.kind === 'class';
  const last = decorators.map((decorator) => decorator.slice(decorator.lastIndexOf('.') + 1));
  const isStatic = last.includes('staticmethod');
  const ofClass = last.includes('classmethod') || name === '__new__' || name === '__init_subclass__' || name === '__class_getitem__';
  const [first, ...others] = parametersOf(node.field('parameters'));
  const bound = inClass && !isStatic && first !== undefined && first.rest !== true;
  const thisExpr = bound ? r.expr([ofClass ? 'This' : 'this', around.shape]) : inClass ? undefined : r.thisExpr;
  const params = bound ? [{ ...first, value: thisExpr! }, ...others] : first === undefined ? [] : [first, ...others];
  const attributes: Attributes = { type: inClass ? 'method' : 'function', visibility: visibilityOf(name) };
  if (inClass && (isStatic || ofClass)) attributes.is_static = true;
  if (last.some((decorator) => decorator.startsWith('abstract'))) attributes.is_abstract = true;
  const body = node.field('body');
  const docstring = docstringOf(body);
  if (docstring !== undefined) attributes.docstring = docstring;
  // Overloads and the setter of a property belong to the function of the same name.
  const isMore = last.includes('overload') || last.some((decorator) => /^(?:setter|deleter|getter)$/.test(decorator));
  const shared = {
    name,
    span,
    head: node,
    body,
    params,
    returns: node.field('return_type'),
    isAsync: node.tokens[0] === 'async',
    thisExpr,
  };
  const known = isMore || r.scope.names.has(name) ? knownFunction(r, name, inClass) : undefined;
  const { node: symbol, fn } =
    known === undefined ? defineFunction(r, shared, attributes) : again(r, shared, known, last.includes('overload') ? 'overload' : 'more');
  if (!inClass) {
    const record = r.model.bindings[r.declared(name)]!;
    if (record.fn === undefined) Object.assign(record, { fn }, symbol === undefined ? {} : { node: symbol });
    return symbol;
  }
  if (known !== undefined) return symbol;
  const getter = last.some((decorator) => decorator === 'property' || decorator === 'cached_property' || decorator === 'abstractproperty');
  const member: Member = { name, fn, ...(symbol === undefined ? {} : { node: symbol }), ...(getter ? { getter: true as const } : {}) };
  r.member(around.shape, member);
  r.member(around.shape, { ...member, isStatic: true });
  if (name === '__call__') (r.model.shapes[around.shape]!.calls ??= []).push(fn);
  return symbol;
}

function knownFunction(r: Reader, name: string, inClass: boolean): FunctionNumber | undefined {
  if (inClass) return r.model.shapes[r.around!.shape]!.members.find((member) => member.name === name && member.fn !== undefined)?.fn;
  const binding = r.scope.names.get(name);
  return binding === undefined ? undefined : r.model.bindings[binding]!.fn;
}

/** Reads another declaration of a function that already has a node: an overload, a setter, the other branch of a condition. */
function again(
  r: Reader,
  syntax: Parameters<typeof defineFunction>[1],
  known: FunctionNumber,
  how: 'overload' | 'more',
): { node: NodeNumber | undefined; fn: FunctionNumber } {
  const record = r.model.functions[known]!;
  const { node } = record;
  const { fn } = defineFunction(r, { ...syntax, name: '' }, { type: 'function' });
  const other = r.model.functions[fn]!;
  if (node !== undefined) {
    other.node = node;
    r.model.nodes[node]!.end = Math.max(r.model.nodes[node]!.end, syntax.span.endLine);
  }
  if (how === 'overload') (record.overloads ??= []).push(fn);
  return { node, fn };
}

function defineClass(r: Reader, node: Syntax, span: Syntax): NodeNumber {
  const name = node.field('name')?.text ?? '';
  const body = node.field('body');
  const bases = (node.field('superclasses')?.children ?? []).filter(({ kind }) => kind !== 'comment');
  const isProtocol = bases.some(({ text }) => /^(?:typing\.|t\.)?Protocol\b/.test(text));
  const isAbstract = bases.some(({ text }) => /\bABC(?:Meta)?$/.test(text));
  const docstring = docstringOf(body);
  const symbol = r.node(span, {
    name,
    type: isProtocol ? 'interface' : 'class',
    signature: oneLine(r.source, node.start, body?.start ?? node.end).replace(/\s*:\s*$/, ''),
    visibility: visibilityOf(name),
    ...(docstring === undefined ? {} : { docstring }),
    ...(isAbstract ? { is_abstract: true } : {}),
  });
  const record: Shape = { kind: 'class', node: symbol, name, members: [], mixins: [] };
  const shape = r.model.shape(record);
  const binding = r.declared(name);
  const known = r.model.bindings[binding]!;
  if (known.holder === undefined) Object.assign(known, { holder: shape, shapes: [shape], node: symbol });
  if (r.scope.kind === 'class' && r.around !== undefined) r.member(r.around.shape, { name, node: symbol, binding, isStatic: true });
  const outer = r.around;
  for (const base of bases) {
    const value = r.read(base.kind === 'subscript' ? base.field('value') : base);
    if (base.kind === 'subscript') r.readAll(base.fields('subscript'));
    if (base.kind !== 'keyword_argument' && !base.kind.includes('splat')) record.mixins!.push(value);
  }
  r.within('class', () =>
    r.inside(symbol, false, () => {
      r.around = { shape, node: symbol };
      if (body !== undefined) r.language.hoist(r, body);
      r.read(body);
      r.around = outer;
    }),
  );
  return symbol;
}

const MAX_CHARS = 2000;

/** The text that a body begins with, as `inspect.cleandoc` returns it: without the indentation that its lines share. */
export function docstringOf(body: Syntax | undefined): string | undefined {
  const first = body?.children.find(({ kind }) => kind !== 'comment');
  const string = first?.kind === 'expression_statement' ? first.children[0] : undefined;
  if (string?.kind !== 'string') return undefined;
  const text = string.text.replace(/^[a-zA-Z]*("""|'''|"|')([\s\S]*)\1$/, '$2');
  const [head = '', ...lines] = text.split(/\r?\n/);
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const indent = indents.length === 0 ? 0 : Math.min(...indents);
  const clean = [head.trim(), ...lines.map((line) => line.slice(indent).trimEnd())].join('\n').trim();
  return clean === '' ? undefined : clean.slice(0, MAX_CHARS);
}
