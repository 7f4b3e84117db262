import type { ExprNumber } from '../../extraction/numbers.ts';
import type { Handler } from '../tree-sitter/language.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { keptText } from '../tree-sitter/texts.ts';
import { nameOf } from './names.ts';

const memberCall: Handler = (r, node) => call(r, node, member(r, r.read(node.field('object')), node.field('name')));
const memberAccess: Handler = (r, node) => {
  const value = member(r, r.read(node.field('object')), node.field('name'));
  r.use('refer', value, node);
  return value;
};

export const EXPRESSIONS: Readonly<Record<string, Handler>> = {
  variable_name: (r, node) => {
    const name = node.text;
    if (name === '$this') return r.thisExpr;
    return r.scope.lookup(name.slice(1)) === undefined ? undefined : r.name(name.slice(1));
  },
  name: () => undefined,
  member_call_expression: memberCall,
  nullsafe_member_call_expression: memberCall,
  member_access_expression: memberAccess,
  nullsafe_member_access_expression: memberAccess,
  scoped_call_expression: (r, node) => call(r, node, member(r, scopeValue(r, node.field('scope')), node.field('name'))),
  class_constant_access_expression: (r, node) => {
    const [scope, name] = node.children;
    return member(r, scopeValue(r, scope), name);
  },
  function_call_expression: (r, node) => {
    const callee = node.field('function');
    const isName = callee?.kind === 'name' || callee?.kind === 'qualified_name';
    return call(r, node, isName ? r.name(nameOf(r, callee.text)) : r.read(callee));
  },
  object_creation_expression: (r, node) => {
    const [written] = node.children;
    r.readAll(node.child('arguments')?.children ?? []);
    const target = scopeValue(r, written);
    r.use('new', target, node);
    return r.expr(['new', target, [], []]);
  },
  assignment_expression: (r, node) => {
    const value = r.read(node.field('right'));
    if (node.field('left') !== undefined) assign(r, node.field('left')!, value);
    return value;
  },
  subscript_expression: (r, node) => {
    r.readAll(node.children.slice(1));
    return r.expr(['each', r.read(node.children[0])]);
  },
  array_creation_expression: (r, node) => {
    const values = node.children.map((element) => element.children.map((part) => r.read(part)).at(-1) ?? r.any);
    return r.expr(['array', ...values.slice(0, 8)]);
  },
  string: (r, node) => keptText(r, node.text.slice(1, -1), r.any),
  parenthesized_expression: (r, node) => r.read(node.children[0]),
  clone_expression: (r, node) => r.read(node.children[0]),
  conditional_expression: (r, node) => {
    r.read(node.field('condition'));
    return r.expr(['or', r.read(node.field('body')), r.read(node.field('alternative'))]);
  },
  binary_expression: (r, node) => {
    const isOr = node.tokens.includes('??');
    if (isOr || node.tokens.some((token) => /^(?:&&|\|\||and|or)$/.test(token))) r.decision();
    const [left, right] = [r.read(node.field('left')), r.read(node.field('right'))];
    return isOr ? r.expr(['or', left, right]) : undefined;
  },
  yield_expression: (r, node) => {
    if (r.returning !== undefined) r.returning.yields = true;
    r.readAll(node.children);
    return undefined;
  },
  comment: () => undefined,
};

function member(r: Reader, object: ExprNumber, name: Syntax | undefined): ExprNumber {
  if (name?.kind !== 'name') {
    r.read(name);
    return r.any;
  }
  return r.expr(['.', object, name.text]);
}

function call(r: Reader, node: Syntax, target: ExprNumber): ExprNumber {
  const values = (node.field('arguments')?.children ?? []).map((arg) => r.read(arg.kind === 'argument' ? arg.children.at(-1) : arg));
  r.use('call', target, node);
  return r.expr(['call', target, values, []]);
}

/** The value that stands before `::` or after `new`. */
function scopeValue(r: Reader, node: Syntax | undefined): ExprNumber {
  const { shape } = r.around ?? {};
  switch (node?.text) {
    case undefined:
      return r.any;
    case 'self':
    case 'static':
      return shape === undefined ? r.any : r.expr(['This', shape]);
    case 'parent':
      return shape === undefined ? r.any : r.expr(['super', shape]);
    default:
      return node?.kind === 'name' || node?.kind === 'qualified_name' ? r.name(nameOf(r, node.text)) : r.read(node);
  }
}

/** Assigns `$name = …`, and `$this->name = …`, which declares a property if no class declares it. */
export function assign(r: Reader, target: Syntax, value: ExprNumber): void {
  if (target.kind === 'variable_name') {
    if (target.text !== '$this') r.assign(target.text.slice(1), value);
    return;
  }
  const object = target.kind === 'member_access_expression' ? r.read(target.field('object')) : r.any;
  const name = target.field('name')?.text;
  if (r.around === undefined || object !== r.thisExpr || name === undefined) {
    r.read(target);
    return;
  }
  const known = r.model.shapes[r.around.shape]!.members.filter((each) => each.name === name);
  if (known.length === 0) r.member(r.around.shape, { name, init: value });
  for (const each of known) if (each.type === undefined && each.fn === undefined && each.init === undefined) each.init = value;
}
