import type * as t from '@babel/types';
import type { Member, Shape } from '../../extraction/extraction.ts';
import { FILE_NODE, type ExprNumber, type NodeNumber } from '../../extraction/numbers.ts';
import { readExpression, readValue } from './expressions.ts';
import { functionNode, readFunction } from './functions.ts';
import { VALUE } from './scope.ts';
import { isNodeName, type Naming, type Walk } from './walk.ts';

/** Reads `a = b`, and assignments that declare something in JavaScript: `module.exports.a =`, `this.a =`, `F.a =`, `F.prototype.a =`. */
export function readAssignment(w: Walk, node: t.AssignmentExpression): ExprNumber {
  const { left, right } = node;
  if (node.operator === '=' && left.type === 'MemberExpression' && !left.computed && left.property.type === 'Identifier') {
    const value = readDeclaringAssignment(w, left, left.property.name, right, node);
    if (value !== undefined) return value;
  }
  if (left.type === 'Identifier') {
    const target = w.name(left.name);
    const value = readValue(w, right, w.model.type(['typeof', target]));
    noteAssigned(w, left.name, value);
    return value;
  }
  if (left.type === 'ObjectPattern' || left.type === 'ArrayPattern') return readExpression(w, right);
  const target = readExpression(w, left);
  const value = readValue(w, right, w.model.type(['typeof', target]));
  notePathname(w, left, value);
  return value;
}

/** `url.pathname = path`: from here on, `url` is that path with its former value as base. */
function notePathname(w: Walk, left: t.Node, value: ExprNumber): void {
  if (left.type !== 'MemberExpression' || left.object.type !== 'Identifier' || left.property.type !== 'Identifier') return;
  const number = left.property.name === 'pathname' ? w.scope.lookup(left.object.name, VALUE) : undefined;
  const binding = number === undefined ? undefined : w.model.bindings[number]!;
  const made = binding?.init === undefined ? undefined : w.model.exprs[binding.init]!;
  if (binding === undefined || made?.[0] !== 'new') return;
  const callee = w.model.exprs[made[1]]!;
  if (callee[0] === 'global' && callee[1] === 'URL') binding.init = w.model.expr(['new', made[1], [value, binding.init!], []]);
}

/** A variable declared without a value gets the value that is assigned to it first. */
function noteAssigned(w: Walk, name: string, value: ExprNumber): void {
  const number = w.scope.lookup(name, VALUE);
  const binding = number === undefined ? undefined : w.model.bindings[number];
  if (binding === undefined || binding.from !== undefined || binding.fn !== undefined || binding.holder !== undefined) return;
  if (w.model.exprs[value]?.[0] !== 'prim' && binding.type === undefined) binding.init ??= value;
  binding.mutable = true;
}

function readDeclaringAssignment(
  w: Walk,
  left: t.MemberExpression,
  name: string,
  right: t.Expression,
  node: t.AssignmentExpression,
): ExprNumber | undefined {
  const { model } = w;
  const isGlobal = (global: string) => w.scope.lookup(global, VALUE) === undefined;
  const naming = (parent: NodeNumber): Naming | undefined =>
    isNodeName(name) ? { name, span: node, docStart: node.start ?? 0, parent } : undefined;
  const { object } = left;
  if (object.type === 'Identifier' && object.name === 'module' && name === 'exports' && isGlobal('module')) {
    const value = readValue(w, right, undefined, {
      // The members of an object become the module's own. A function without an object around it needs a name.
      name: right.type === 'ObjectExpression' ? '' : 'exports',
      span: node,
      docStart: node.start ?? 0,
      parent: FILE_NODE,
    });
    model.exports.push({ name: 'export=', expr: value });
    return value;
  }
  if (isModuleExports(object) && isGlobal(object.type === 'Identifier' ? 'exports' : 'module')) {
    const value = readValue(w, right, undefined, naming(FILE_NODE));
    const expr = model.exprs[value];
    const fn = expr?.[0] === 'fn' ? model.functions[expr[1]]?.node : undefined;
    if (fn !== undefined) model.nodes[fn]!.is_exported = true;
    model.exports.push(fn === undefined ? { name, expr: value } : { name, expr: value, node: fn });
    return value;
  }
  if (object.type === 'ThisExpression') {
    const self = model.exprs[w.thisExpr];
    if (self?.[0] !== 'this') return undefined;
    const shape = model.shapes[self[1]]!;
    const known = shape.members.find((member) => member.name === name && member.isStatic !== true);
    if (known !== undefined) return readValue(w, right, model.type(['typeof', model.expr(['.', w.thisExpr, name])]));
    return addMember(w, shape, name, right, isFunction(right) && shape.node !== undefined ? naming(shape.node) : undefined);
  }
  const isPrototype = object.type === 'MemberExpression' && object.property.type === 'Identifier' && object.property.name === 'prototype';
  const holder = isPrototype ? object.object : object;
  if (!isFunction(right) || holder.type !== 'Identifier') return undefined;
  const number = w.scope.lookup(holder.name, VALUE);
  const binding = number === undefined ? undefined : model.bindings[number];
  if (binding === undefined || (binding.fn === undefined && binding.holder === undefined)) return undefined;
  if (isPrototype) {
    binding.shapes ??= [model.shape({ kind: 'class', ...(binding.node === undefined ? {} : { node: binding.node }), members: [] })];
    const shape = model.shapes[binding.shapes[0]!]!;
    const self = model.expr(['this', binding.shapes[0]!]);
    return addMember(w, shape, name, right, binding.node === undefined ? undefined : naming(binding.node), { self });
  }
  binding.holder ??= model.shape({ kind: 'namespace', members: [] });
  return addMember(w, model.shapes[binding.holder]!, name, right, binding.node === undefined ? undefined : naming(binding.node), {
    isStatic: true,
  });
}

function addMember(
  w: Walk,
  shape: Shape,
  name: string,
  right: t.Expression,
  naming: Naming | undefined,
  { isStatic = false, self }: { isStatic?: boolean; self?: ExprNumber } = {},
): ExprNumber {
  const value =
    right.type === 'FunctionExpression' && self !== undefined
      ? w.model.expr(['fn', readFunction(w, right, { node: naming && functionNode(w, naming, right, { type: 'method' }), thisExpr: self })])
      : readValue(w, right, undefined, naming);
  const member: Member = { name, init: value };
  const expr = w.model.exprs[value];
  const symbol = expr?.[0] === 'fn' ? w.model.functions[expr[1]]?.node : undefined;
  if (symbol !== undefined) member.node = symbol;
  if (isStatic) member.isStatic = true;
  shape.members.push(member);
  return value;
}

function isFunction(node: t.Node): boolean {
  return node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression';
}

function isModuleExports(node: t.Node): boolean {
  if (node.type === 'Identifier') return node.name === 'exports';
  return (
    node.type === 'MemberExpression' &&
    node.object.type === 'Identifier' &&
    node.object.name === 'module' &&
    node.property.type === 'Identifier' &&
    node.property.name === 'exports'
  );
}
