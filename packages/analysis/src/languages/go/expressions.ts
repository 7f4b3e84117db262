import type { ExprNumber } from '../../extraction/numbers.ts';
import { anonymousFunction } from '../tree-sitter/functions.ts';
import type { Handler } from '../tree-sitter/language.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import { noteHttpCall } from '../../extraction/http-calls.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { joined, keptText } from '../tree-sitter/texts.ts';
import { parametersOf } from './functions.ts';

export const EXPRESSIONS: Readonly<Record<string, Handler>> = {
  identifier: (r, node) => {
    const value = r.name(node.text);
    const scope = r.scope.lookup(node.text)?.scope;
    if (scope === undefined || scope === r.top) r.use('refer', value, node);
    return value;
  },
  selector_expression: (r, node) => {
    const value = selector(r, node);
    r.use('refer', value, node);
    return value;
  },
  call_expression: call,
  parenthesized_expression: (r, node) => r.read(node.children[0]),
  unary_expression: (r, node) => {
    const value = r.read(node.field('operand'));
    return node.tokens[0] === '<-' ? r.expr(['.', value, '__received']) : value;
  },
  binary_expression: (r, node) => {
    if (node.tokens.some((token) => token === '&&' || token === '||')) r.decision();
    return joined(r, node, r.any);
  },
  interpreted_string_literal: (r, node) => keptText(r, node.text.slice(1, -1), r.any),
  raw_string_literal: (r, node) => keptText(r, node.text.slice(1, -1), r.any),
  index_expression: (r, node) => {
    const object = r.read(node.field('operand'));
    return r.expr(['[]', object, r.read(node.field('index'))]);
  },
  slice_expression: (r, node) => (r.readAll(node.children.slice(1)) as undefined) ?? r.read(node.field('operand')),
  type_assertion_expression: (r, node) => {
    r.read(node.field('operand'));
    return r.expr(['as', r.type(node.field('type'))]);
  },
  type_conversion_expression: (r, node) => {
    r.read(node.field('operand'));
    return r.expr(['as', r.type(node.field('type'))]);
  },
  composite_literal: (r, node) => {
    const written = node.field('type')!;
    const base = written.kind === 'generic_type' ? written.field('type')! : written;
    const type = r.type(written);
    if (base.kind === 'type_identifier' || base.kind === 'qualified_type') r.use('new', typeValue(r, base), node);
    literal(r, node.field('body'));
    return r.expr(['as', type]);
  },
  func_literal: (r, node) => {
    const params = parametersOf(node.field('parameters'));
    return anonymousFunction(r, { params, body: node.field('body'), ...resultOf(node) });
  },
  comment: () => undefined,
};

function resultOf(node: Syntax): { returns?: Syntax } {
  const returns = node.field('result');
  return returns === undefined ? {} : { returns };
}

/** The name of a type in the place of a value. */
function typeValue(r: Reader, node: Syntax): ExprNumber {
  const [first = '', second] = node.text.replaceAll(/\s/g, '').split('.');
  return second === undefined ? r.name(first) : r.expr(['.', r.name(first), second]);
}

function selector(r: Reader, node: Syntax): ExprNumber {
  const operand = node.field('operand')!;
  const object =
    operand.kind === 'identifier' ? r.name(operand.text) : operand.kind === 'selector_expression' ? selector(r, operand) : r.read(operand);
  return r.expr(['.', object, node.field('field')?.text ?? '']);
}

/** Reads `{a: 1, b: T{}}`. The keys of a struct are not names in scope. */
function literal(r: Reader, node: Syntax | undefined): void {
  for (const element of node?.children ?? []) {
    if (element.kind === 'keyed_element') {
      const key = element.field('key') ?? element.children[0];
      if (key !== undefined && key.children[0]?.kind !== 'identifier') element_(r, key);
      element_(r, element.field('value') ?? element.children.at(-1)!);
    } else element_(r, element);
  }
}

function element_(r: Reader, node: Syntax): void {
  if (node.kind !== 'literal_element') {
    r.read(node);
    return;
  }
  for (const child of node.children) {
    if (child.kind === 'literal_value') literal(r, child);
    else r.read(child);
  }
}

function call(r: Reader, node: Syntax): ExprNumber {
  let callee = node.field('function')!;
  while (callee.kind === 'parenthesized_expression' && callee.children[0] !== undefined) callee = callee.children[0];
  const args = node.field('arguments')?.children.filter(({ kind }) => kind !== 'comment') ?? [];
  const [first] = args;
  if (callee.kind === 'identifier' && r.scope.lookup(callee.text) === undefined) {
    if ((callee.text === 'make' || callee.text === 'new') && first !== undefined) {
      r.readAll(args.slice(1));
      r.use('call', r.name(callee.text), callee);
      return r.expr(['as', r.type(first)]);
    }
    if (callee.text === 'append' && first !== undefined) {
      r.use('call', r.name('append'), callee);
      const values = args.map((arg) => r.read(arg));
      return values[0]!;
    }
  }
  if (/_type$/.test(callee.kind) && callee.kind !== 'generic_type') {
    r.readAll(args);
    return r.expr(['as', r.type(callee)]);
  }
  const generic = callee.kind === 'index_expression' || callee.kind === 'type_instantiation_expression' || callee.kind === 'generic_type';
  const named = generic ? (callee.field('operand') ?? callee.field('type') ?? callee.children[0]!) : callee;
  const isName = named.kind === 'identifier' || named.kind === 'type_identifier';
  const target = isName ? r.name(named.text) : named.kind === 'selector_expression' ? selector(r, named) : r.read(named);
  const typeArgs = (node.field('type_arguments') ?? node.child('type_arguments'))?.children.map((arg) => r.type(arg)) ?? [];
  const values = args.map((arg) => r.read(arg));
  // fs[0](x) and F[int](x) look alike. In the first, the called function has no name.
  const called = callee.kind === 'index_expression' ? r.expr(['else', target, r.read(callee)]) : target;
  r.use('call', called, node);
  const made = r.expr(['make', called, values, typeArgs]);
  noteHttpCall(r.model, r.owner, made, node.line, node.endLine);
  return made;
}
