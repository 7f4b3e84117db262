import type { ExprNumber, FunctionNumber, NodeNumber } from '../../extraction/numbers.ts';
import { defineFunction, type Attributes, type Parameter } from '../tree-sitter/functions.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { attributesOf, attributeUses, before } from './attributes.ts';
import { plain } from './names.ts';
import { bindPattern } from './patterns.ts';
import { typeParameters } from './types.ts';

/** Where a function belongs: the type that it is a method of, and the meaning of `self` there. */
export interface Place {
  readonly self?: ExprNumber;
  readonly attributes: Partial<Attributes>;
}

export interface Defined {
  readonly name: string;
  readonly node: NodeNumber | undefined;
  readonly fn: FunctionNumber;
  readonly takesSelf: boolean;
}

export function defineRustFunction(r: Reader, node: Syntax, place?: Place): Defined {
  const name = plain(node.field('name')?.text ?? '');
  const around = before(node);
  const list = node.field('parameters')?.children ?? [];
  const isMethod = place !== undefined;
  const takesSelf = list.some(isSelf);
  const destructured: [name: string, pattern: Syntax][] = [];
  const params = list.flatMap((param, i): Parameter[] => {
    if (isSelf(param)) return [{ name: 'self', value: place?.self ?? r.any }];
    if (param.kind !== 'parameter') return [];
    const pattern = param.field('pattern');
    const type = param.field('type');
    const simple = pattern?.kind === 'mut_pattern' ? pattern.children.at(-1) : pattern;
    if (simple?.kind === 'identifier') return [{ name: plain(simple.text), type }];
    const hidden = `#${String(i)}`;
    if (pattern !== undefined) destructured.push([hidden, pattern]);
    return [{ name: hidden, type }];
  });
  let defined: { node: NodeNumber | undefined; fn: FunctionNumber } | undefined;
  r.within('block', () => {
    const typeParams = typeParameters(r, node);
    const body = node.field('body');
    const attributes: Attributes = {
      ...attributesOf(node, around.docstring),
      ...place?.attributes,
      ...(isMethod && !takesSelf ? { is_static: true } : {}),
      type: isMethod ? 'method' : 'function',
    };
    defined = defineFunction(
      r,
      {
        name,
        span: node,
        head: node,
        body,
        params,
        returns: node.field('return_type'),
        typeParams,
        isAsync: /\basync\b/.test(node.child('function_modifiers')?.text ?? ''),
        read: (inner) => {
          for (const [hidden, pattern] of destructured) bindPattern(r, pattern, r.expr(['name', r.scope.names.get(hidden)!]));
          r.read(inner);
        },
      },
      attributes,
    );
  });
  attributeUses(r, around, defined!.node);
  return { name, ...defined!, takesSelf };
}

function isSelf(param: Syntax): boolean {
  return param.kind === 'self_parameter' || (param.kind === 'parameter' && param.field('pattern')?.kind === 'self');
}

/** Defines `macro_rules! name` as the function that uses of the macro call. */
export function defineMacro(r: Reader, node: Syntax): void {
  const name = node.field('name')?.text ?? '';
  const around = before(node);
  const isExported = around.attributes.some((each) => each.children[0]?.text === 'macro_export');
  const { node: symbol, fn } = defineFunction(
    r,
    { name, span: node, head: node.field('name') ?? node, body: undefined, params: [] },
    {
      type: 'function',
      signature: `macro_rules! ${name}`,
      visibility: isExported ? 'public' : 'internal',
      ...(isExported ? { is_exported: true } : {}),
      ...(around.docstring === undefined ? {} : { docstring: around.docstring }),
    },
  );
  const record = r.model.bindings[r.declared(`${name}!`)]!;
  if (record.fn === undefined) Object.assign(record, { fn }, symbol === undefined ? {} : { node: symbol });
}
