import { hasPath, noteHttpCall } from '../../extraction/http-calls.ts';
import type { ExprNumber } from '../../extraction/numbers.ts';
import { anonymousFunction, returned } from '../tree-sitter/functions.ts';
import type { Handler } from '../tree-sitter/language.ts';
import { holderOf, memberCalled, typeValue } from '../tree-sitter/objects.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { joined, keptText } from '../tree-sitter/texts.ts';
import { addedName, parametersOf } from './definitions.ts';
import { pathOf } from './types.ts';
import { isStatement } from './statements.ts';

export const EXPRESSIONS: Readonly<Record<string, Handler>> = {
  identifier: (r, node) => identifier(r, node.text),
  // A generic type. Generic callees are read with their call.
  generic_name: (r, node) => typeValue(r, pathOf(node)),
  this: (r) => r.thisExpr,
  member_access_expression: (r, node) => {
    const value = r.expr(['.', objectOf(r, node), nameOf(node.field('name'))]);
    r.use('refer', value, node);
    return value;
  },
  conditional_access_expression: (r, node) => {
    const object = r.read(node.field('condition'));
    const binding = node.children.at(-1);
    return binding?.kind === 'member_binding_expression' ? r.expr(['.', object, nameOf(binding.field('name'))]) : r.read(binding);
  },
  invocation_expression: (r, node) => {
    const args = node.field('arguments')?.children ?? [];
    const target = callee(r, node.field('function'), args.length);
    const values = args.map((arg) => r.read(arg.children.at(-1)));
    r.use('call', target, node);
    const made = r.expr(['call', target, values, []]);
    noteHttpCall(r.model, r.owner, made, node.line, node.endLine);
    return made;
  },
  object_creation_expression: (r, node) => {
    const written = node.field('type')!;
    const type = r.type(written);
    const path = pathOf(written);
    const args = node.field('arguments')?.children.filter(({ kind }) => kind === 'argument') ?? [];
    const values = args.map((arg) => r.read(arg.children.at(-1)));
    r.read(node.field('initializer'));
    if (/^[\w.`]+$/.test(path)) r.use('new', r.expr(['new', typeValue(r, path), values, []]), node);
    return r.expr(['as', type]);
  },
  string_literal: (r, node) => keptText(r, node.text.slice(1, -1), r.any),
  verbatim_string_literal: (r, node) => keptText(r, node.text.slice(2, -1), r.any),
  interpolated_string_expression: (r, node) => {
    const parts = node.children.flatMap((child) => {
      if (child.kind === 'string_content') return [keptText(r, child.text, r.any) ?? r.any];
      return child.kind === 'interpolation' ? [r.read(child.children.find(({ kind }) => kind !== 'interpolation_brace'))] : [];
    });
    return parts.some((part) => hasPath(r.model, part)) ? r.expr(['concat', r.any, ...parts]) : undefined;
  },
  element_access_expression: (r, node) => {
    const [object, ...rest] = node.children;
    r.readAll(rest);
    return r.expr(['each', r.read(object)]);
  },
  cast_expression: (r, node) => {
    r.read(node.field('value'));
    return r.expr(['as', r.type(node.field('type'))]);
  },
  as_expression: (r, node) => {
    r.read(node.field('left'));
    return r.expr(['as', r.type(node.field('right'))]);
  },
  await_expression: (r, node) => r.read(node.children[0]),
  parenthesized_expression: (r, node) => r.read(node.children[0]),
  // `x!`
  postfix_unary_expression: (r, node) => r.read(node.children[0]),
  conditional_expression: (r, node) => {
    r.read(node.field('condition'));
    return r.expr(['or', r.read(node.field('consequence')), r.read(node.field('alternative'))]);
  },
  binary_expression: (r, node) => {
    const isElse = node.tokens.includes('??');
    if (node.tokens.includes('+')) return joined(r, node, r.any);
    if (isElse || node.tokens.some((token) => token === '&&' || token === '||')) r.decision();
    const [left, right] = [r.read(node.field('left')), r.read(node.field('right'))];
    return isElse ? r.expr(['or', left, right]) : undefined;
  },
  assignment_expression: (r, node) => {
    r.read(node.field('left'));
    return r.read(node.field('right'));
  },
  arrow_expression_clause: (r, node) => {
    const value = r.read(node.children[0]);
    returned(r, value);
    return value;
  },
  lambda_expression: (r, node) => {
    const parameters = node.field('parameters');
    const body = node.field('body');
    const params = parameters?.kind === 'implicit_parameter' ? [{ name: parameters.text }] : parametersOf(parameters);
    const read = (value: Syntax): void => (isStatement(value) ? void r.read(value) : returned(r, r.read(value)));
    return anonymousFunction(r, { params, body, read, ...(r.thisExpr === undefined ? {} : { thisExpr: r.thisExpr }) });
  },
  name_colon: () => undefined,
  comment: () => undefined,
};

function nameOf(node: Syntax | undefined): string {
  return (node?.kind === 'generic_name' ? node.children[0] : node)?.text ?? '';
}

/** What stands before the dot. `this` and `base` are no nodes of the syntax tree. */
function objectOf(r: Reader, node: Syntax): ExprNumber {
  const object = node.field('expression');
  if (object !== undefined && object.kind !== 'base' && object.text !== 'base') return r.read(object);
  const isBase = node.text.startsWith('base');
  return isBase && r.around !== undefined ? r.expr(['super', r.around.shape]) : (r.thisExpr ?? r.any);
}

function callee(r: Reader, node: Syntax | undefined, args: number): ExprNumber {
  switch (node?.kind) {
    case 'identifier':
    case 'generic_name': {
      const name = nameOf(node);
      if (r.scope.lookup(name) !== undefined) return r.name(name);
      const own = memberCalled(r, holderOf(r, name), name, args);
      const statics = (r.notes.get('statics') as ExprNumber[] | undefined) ?? [];
      return statics.reduce((found, type) => r.expr(['else', found, r.expr(['.', type, name])]), own);
    }
    case 'member_access_expression':
      return methodCalled(r, objectOf(r, node), nameOf(node.field('name')), args);
    case 'conditional_access_expression': {
      const binding = node.children.at(-1);
      if (binding?.kind !== 'member_binding_expression') return r.read(node);
      return methodCalled(r, r.read(node.field('condition')), nameOf(binding.field('name')), args);
    }
    default:
      return r.read(node);
  }
}

function methodCalled(r: Reader, object: ExprNumber, name: string, args: number): ExprNumber {
  return memberCalled(r, object, name, args, r.expr(['added', object, addedName(name), args]));
}

/** A local name, a member of a surrounding type, a type, or the beginning of a namespace. */
function identifier(r: Reader, name: string): ExprNumber {
  if (r.scope.lookup(name) !== undefined) return r.name(name);
  for (let around = r.around; around !== undefined; around = around.outer)
    if (r.model.shapes[around.shape]!.members.some((member) => member.name === name)) return r.expr(['.', holderOf(r, name), name]);
  return r.expr(['else', r.expr(['.', r.thisExpr ?? r.any, name]), r.name(name)]);
}
