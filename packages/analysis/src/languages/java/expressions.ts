import type { ExprNumber, TypeNumber } from '../../extraction/numbers.ts';
import { anonymousFunction, returned } from '../tree-sitter/functions.ts';
import type { Handler } from '../tree-sitter/language.ts';
import { defineType, holderOf, memberCalled } from '../tree-sitter/objects.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { joined, keptText } from '../tree-sitter/texts.ts';
import { parametersOf } from './definitions.ts';
import { isPackagePath, typeAsValue } from './types.ts';

export const EXPRESSIONS: Readonly<Record<string, Handler>> = {
  identifier: (r, node) => identifier(r, node.text),
  this: (r) => r.thisExpr,
  super: (r) => (r.around === undefined ? undefined : r.expr(['super', r.around.shape])),
  field_access: (r, node) => {
    if (isPackagePath(r, node.text) && !isMemberAround(r, node.text.split('.')[0]!)) return typeAsValue(r, node.text);
    const value = r.expr(['.', r.read(node.field('object')), node.field('field')?.text ?? '']);
    r.use('refer', value, node);
    return value;
  },
  method_invocation: (r, node) => {
    const name = node.field('name')?.text ?? '';
    const args = node.field('arguments')?.children.filter(({ kind }) => !kind.endsWith('comment')) ?? [];
    const object = node.field('object');
    const imported = object === undefined ? r.scope.lookup(name) : undefined;
    const target =
      imported !== undefined
        ? r.expr(['name', imported.binding])
        : memberCalled(r, object === undefined ? holderOf(r, name) : r.read(object), name, args.length);
    const values = readArguments(r, target, args);
    r.use('call', target, node);
    return r.expr(['call', target, values, []]);
  },
  explicit_constructor_invocation: (r, node) => {
    const args = node.field('arguments')?.children.filter(({ kind }) => !kind.endsWith('comment')) ?? [];
    r.readAll(args);
    if (node.field('constructor')?.kind === 'super' && r.around !== undefined) r.use('new', r.expr(['super', r.around.shape]), node);
    else r.use('call', memberCalled(r, r.thisExpr ?? r.any, 'constructor', args.length), node);
    return undefined;
  },
  object_creation_expression: (r, node) => {
    const written = node.field('type')!;
    const type = r.type(written);
    const target = typeAsValue(r, (written.kind === 'generic_type' ? written.children[0]! : written).text);
    const args = node.field('arguments')?.children.filter(({ kind }) => !kind.endsWith('comment')) ?? [];
    const values = readArguments(r, target, args);
    r.use('new', r.expr(['new', target, values, []]), node);
    const body = node.child('class_body');
    if (body !== undefined) anonymousClass(r, written.text, written, body);
    return r.expr(['as', type]);
  },
  array_creation_expression: (r, node) => {
    r.readAll(node.children.slice(1));
    return r.expr(['as', r.typeExpr(['array', r.type(node.field('type'))])]);
  },
  array_access: (r, node) => {
    r.read(node.field('index'));
    return r.expr(['each', r.read(node.children[0])]);
  },
  cast_expression: (r, node) => {
    r.read(node.field('value'));
    return r.expr(['as', r.type(node.field('type'))]);
  },
  parenthesized_expression: (r, node) => r.read(node.children[0]),
  ternary_expression: (r, node) => {
    r.read(node.field('condition'));
    return r.expr(['or', r.read(node.field('consequence')), r.read(node.field('alternative'))]);
  },
  binary_expression: (r, node) => {
    if (node.tokens.some((token) => token === '&&' || token === '||')) r.decision();
    return joined(r, node, r.any);
  },
  assignment_expression: (r, node) => {
    r.read(node.field('left'));
    return r.read(node.field('right'));
  },
  instanceof_expression: (r, node) => {
    r.read(node.field('left'));
    const right = node.field('right');
    const type = r.type(right);
    const name = node.field('name');
    if (name !== undefined) r.model.bindings[r.declare(name.text)]!.type = type;
    return undefined;
  },
  lambda_expression: (r, node) => lambda(r, node, undefined),
  method_reference: (r, node) => {
    const [object, name] = node.children;
    if (object === undefined || name === undefined) return undefined;
    const value = r.expr(['.', r.read(object), name.text]);
    r.use('refer', value, node);
    return value;
  },
  return_statement: (r, node) => {
    if (node.children[0] !== undefined) returned(r, r.read(node.children[0]));
    return undefined;
  },
  element_value_array_initializer: (r, node) => r.expr(['array', ...node.children.map((child) => r.read(child))]),
  string_literal: (r, node) => keptText(r, node.text.slice(1, -1), r.any),
  line_comment: () => undefined,
  block_comment: () => undefined,
};

/** A local name, a member of a surrounding class, or a type. */
function identifier(r: Reader, name: string): ExprNumber {
  if (r.scope.lookup(name) !== undefined) return r.name(name);
  if (isMemberAround(r, name)) return r.expr(['.', holderOf(r, name), name]);
  return /^\p{Lu}/u.test(name) ? r.name(name) : r.expr(['.', r.thisExpr ?? r.any, name]);
}

/** Whether a surrounding class declares a member of that name. */
function isMemberAround(r: Reader, name: string): boolean {
  for (let around = r.around; around !== undefined; around = around.outer)
    if (r.model.shapes[around.shape]!.members.some((member) => member.name === name)) return true;
  return false;
}

/** Reads arguments. The parameters of a lambda have the types that the called method expects at its place. */
function readArguments(r: Reader, target: ExprNumber, args: readonly Syntax[]): ExprNumber[] {
  const values = args.map((arg) => (arg.kind === 'lambda_expression' ? undefined : r.read(arg)));
  const plain = values.filter((value) => value !== undefined);
  return args.map((arg, i) => values[i] ?? lambda(r, arg, r.typeExpr(['arg', target, i, plain, []])));
}

function lambda(r: Reader, node: Syntax, context: TypeNumber | undefined): ExprNumber {
  const parameters = node.field('parameters');
  const params = parameters?.kind === 'identifier' ? [{ name: parameters.text }] : parametersOf(parameters);
  const body = node.field('body');
  const isBlock = body?.kind === 'block';
  return anonymousFunction(r, {
    params,
    body,
    ...(context === undefined ? {} : { context }),
    ...(r.thisExpr === undefined ? {} : { thisExpr: r.thisExpr }),
    read: (value) => (isBlock ? void r.read(value) : returned(r, r.read(value))),
  });
}

/** `new Base() { … }`, and a constant of an enum that has a body. */
export function anonymousClass(r: Reader, base: string, parent: Syntax | ExprNumber, body: Syntax): void {
  const name = `${base.replace(/[<.].*$/s, '')}$`;
  r.within('block', () => {
    defineType(r, { name, span: body, body, kind: 'class', parent, attributes: { visibility: 'private' } }, () => r.readAll(body.children));
  });
}
