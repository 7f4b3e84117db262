import type * as t from '@babel/types';
import type { Member, Shape } from '../../extraction/extraction.ts';
import type { ExprNumber, TypeNumber } from '../../extraction/numbers.ts';
import { readExpression, readValue } from './expressions.ts';
import { functionNode, readFunction } from './functions.ts';
import { isNodeName, keyName, type Naming, type Walk } from './walk.ts';

/** Reads an object literal. If it has a name, its functions become nodes named after it. */
export function readObject(w: Walk, node: t.ObjectExpression, context: TypeNumber | undefined, naming: Naming | undefined): ExprNumber {
  const { model } = w;
  const shape: Shape = { kind: 'object', members: [] };
  if (context !== undefined) shape.context = context;
  const number = model.shape(shape);
  const self = model.expr(['this', number]);
  for (const property of node.properties) {
    if (property.type === 'SpreadElement') {
      (shape.spreads ??= []).push(readExpression(w, property.argument));
      continue;
    }
    if (property.computed) readExpression(w, property.key);
    const name = keyName(property.key, property.computed);
    const inner = context === undefined || name === undefined ? undefined : model.type(['member', context, name]);
    const path = memberNaming(naming, name, property);
    if (property.type === 'ObjectMethod') {
      const symbol = path && functionNode(w, path, property, { type: 'function' });
      const fn = readFunction(w, property, { node: symbol, context: inner, thisExpr: self });
      if (name === undefined || property.kind === 'set') continue;
      const member: Member = { name, fn };
      if (symbol !== undefined) member.node = symbol;
      if (property.kind === 'get') member.getter = true;
      shape.members.push(member);
      continue;
    }
    // In a function expression that is a member, `this` is the object.
    const outer = w.thisExpr;
    const value = readMemberValue(w, property.value, inner, path, self);
    w.thisExpr = outer;
    if (name === undefined) continue;
    const member: Member = { name, init: value };
    const expr = model.exprs[value];
    const symbol = expr?.[0] === 'fn' ? model.functions[expr[1]]?.node : undefined;
    if (symbol !== undefined) member.node = symbol;
    shape.members.push(member);
  }
  return model.expr(['object', number]);
}

function readMemberValue(w: Walk, value: t.Node, context: TypeNumber | undefined, path: Naming | undefined, self: ExprNumber): ExprNumber {
  if (value.type !== 'FunctionExpression') return readValue(w, value, context, path);
  const symbol = path && functionNode(w, path, value, { type: 'function' });
  return w.model.expr(['fn', readFunction(w, value, { node: symbol, context, thisExpr: self })]);
}

/** The name of a member, such as `table.row.cell`. The table itself need not be a node. */
function memberNaming(naming: Naming | undefined, name: string | undefined, property: t.Node): Naming | undefined {
  if (naming === undefined || name === undefined || !isNodeName(name)) return undefined;
  const own = { span: property, docStart: property.start ?? 0 };
  if (naming.node !== undefined) return { ...own, name, parent: naming.node };
  return { ...own, name: naming.name === '' ? name : `${naming.name}.${name}`, parent: naming.parent };
}
