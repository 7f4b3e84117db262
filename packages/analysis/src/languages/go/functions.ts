import type { BindingNumber, TypeNumber } from '../../extraction/numbers.ts';
import { defineFunction, type Parameter } from '../tree-sitter/functions.ts';
import { docCommentBefore } from '../tree-sitter/doc-comments.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';

export function visibilityOf(name: string): { visibility: 'public' | 'internal'; is_exported?: true } {
  return /^\p{Lu}/u.test(name) ? { visibility: 'public', is_exported: true } : { visibility: 'internal' };
}

/** The names and types of parameters. A parameter without a name is `_`. */
export function parametersOf(list: Syntax | undefined): Parameter[] {
  return (list?.children ?? []).flatMap((param): Parameter[] => {
    if (!param.kind.endsWith('parameter_declaration')) return [];
    const type = param.field('type');
    const rest = param.kind.startsWith('variadic') ? ({ rest: true } as const) : {};
    const names = param.fields('name').map((name) => name.text);
    return (names.length === 0 ? ['_'] : names).map((name) => ({ name, type, ...rest }));
  });
}

/** Several results form a tuple. */
export function resultType(r: Reader, result: Syntax | undefined): TypeNumber | undefined {
  if (result === undefined) return undefined;
  if (result.kind !== 'parameter_list') return r.type(result);
  const types = parametersOf(result).map(({ type }) => (type === undefined ? r.anyType : r.type(type)));
  return types.length === 1 ? types[0] : r.typeExpr(['tuple', ...types]);
}

export function functionDeclaration(r: Reader, node: Syntax): void {
  const name = node.field('name')?.text ?? '';
  const docstring = docCommentBefore(node);
  const attributes = { ...visibilityOf(name), ...(docstring === undefined ? {} : { docstring }) };
  const receiver = parametersOf(node.field('receiver'))[0];
  r.within('block', () => {
    const owner = receiver === undefined ? undefined : receiverOf(r, receiver.type);
    const typeParams = typeParameters(r, node.field('type_parameters') ?? node.child('type_parameter_list'));
    const known = owner === undefined ? undefined : r.top.names.get(owner.name);
    const type = known === undefined ? undefined : r.model.bindings[known]!;
    const shape = type?.shapes?.[0];
    const parameters = parametersOf(node.field('parameters'));
    const results = parametersOf(node.field('result')?.kind === 'parameter_list' ? node.field('result') : undefined);
    const syntax = { name, span: node, head: node, body: node.field('body'), returns: node.field('result') };
    const value = shape === undefined ? undefined : r.expr(['this', shape]);
    // Even if the type is declared in another file, the receiver has that type.
    const first = receiver === undefined ? [] : [{ ...receiver, value: value ?? r.expr(['as', r.typeName(owner!.name)]) }];
    const named = results
      .filter((result) => result.name !== '_')
      .map((result) => ({ ...result, value: r.expr(['as', result.type === undefined ? r.anyType : r.type(result.type)]) }));
    const place = type?.node !== undefined ? { parent: type.node } : owner !== undefined ? { within: owner.name } : {};
    const { node: symbol, fn } = defineFunction(
      r,
      { ...syntax, typeParams, params: [...first, ...parameters, ...named], ...(value === undefined ? {} : { thisExpr: value }) },
      { type: owner === undefined ? 'function' : 'method', ...attributes, ...place },
    );
    if (owner === undefined) {
      const record = r.model.bindings[r.top.names.get(name) ?? r.declare(name)]!;
      if (record.fn === undefined) Object.assign(record, { fn }, symbol === undefined ? {} : { node: symbol });
      return;
    }
    if (shape !== undefined) r.member(shape, { name, fn, ...(symbol === undefined ? {} : { node: symbol }) });
    else {
      const binding = r.model.binding(`${owner.name}.${name}`);
      Object.assign(r.model.bindings[binding]!, { fn }, symbol === undefined ? {} : { node: symbol });
      r.top.names.set(`${owner.name}.${name}`, binding);
    }
  });
}

/** The name of a receiver's type. If the type is declared in this file, the receiver's type parameters are bound to those of the type. */
function receiverOf(r: Reader, type: Syntax | undefined): { name: string } | undefined {
  let node = type;
  while (node?.kind === 'pointer_type' || node?.kind === 'parenthesized_type') node = node.children[0];
  if (node === undefined) return undefined;
  if (node.kind !== 'generic_type') return { name: node.text };
  const name = node.field('type')?.text ?? '';
  const binding = r.top.names.get(name);
  const shape = binding === undefined ? undefined : r.model.bindings[binding]!.shapes?.[0];
  const params = shape === undefined ? undefined : r.model.shapes[shape]!.typeParams;
  (node.child('type_arguments')?.children ?? []).forEach((arg, i) => {
    const param = params?.[i];
    if (param !== undefined) r.scope.set(arg.text, param);
    else r.model.bindings[r.declare(arg.text)]!.param = {};
  });
  return { name };
}

export function typeParameters(r: Reader, list: Syntax | undefined): BindingNumber[] {
  return (list?.children ?? []).flatMap((each) => {
    const numbers = each.fields('name').map((name) => r.declare(name.text));
    const constraint = each.field('type');
    for (const number of numbers) r.model.bindings[number]!.param = constraint === undefined ? {} : { constraint: r.type(constraint) };
    return numbers;
  });
}
