import type * as t from '@babel/types';
import type { Member, NodeRecord, Shape } from '../../extraction/extraction.ts';
import type { BindingNumber, ExprNumber, FunctionNumber, NodeNumber, ShapeNumber } from '../../extraction/numbers.ts';
import { wrapsFunction } from './calls.ts';
import { readExpression, readValue } from './expressions.ts';
import { annotationText, functionNode, readFunction } from './functions.ts';
import { hoist, hoistVars } from './hoist.ts';
import { TYPE, VALUE } from './scope.ts';
import { noteWorn } from '../../extraction/http-calls.ts';
import { oneLine } from '../../extraction/one-line.ts';
import { walkStatements } from './statements.ts';
import { readAngularClass } from './templates/angular-component.ts';
import { readAnnotation, readHeritage, readTypeArguments, readTypeParameters } from './types.ts';
import { isNodeName, keyName, type Naming, type Walk } from './walk.ts';

type ClassNode = t.ClassDeclaration | t.ClassExpression;

/** @returns the class's shape number */
export function readClass(w: Walk, node: ClassNode, naming: Naming | undefined, binding?: BindingNumber): ShapeNumber {
  const { model } = w;
  const shape: Shape = { kind: 'class', members: [] };
  const number = model.shape(shape);
  const name = naming?.name ?? node.id?.name;
  if (name !== undefined) shape.name = name;
  if (naming !== undefined) shape.node = naming.node ?? classNode(w, naming, node);
  if (binding !== undefined) {
    // Set before the body is read: a class's own methods may make instances of it.
    model.bindings[binding]!.holder = number;
    (model.bindings[binding]!.shapes ??= []).push(number);
    if (shape.node !== undefined) model.bindings[binding]!.node = shape.node;
  }
  readDecorators(w, node.decorators, shape.node);
  const body = (): void =>
    w.within(false, () => {
      if (node.type === 'ClassExpression' && node.id) {
        const own = model.bindings[w.scope.declare(node.id.name, VALUE | TYPE)]!;
        own.holder = number;
        own.shapes = [number];
        if (shape.node !== undefined) own.node = shape.node;
      }
      const typeParams = readTypeParameters(w, node.typeParameters);
      if (typeParams !== undefined) shape.typeParams = typeParams;
      if (node.superClass) shape.parent = { expr: readExpression(w, node.superClass), args: readTypeArguments(w, node.superTypeArguments) };
      for (const base of node.implements ?? []) {
        if (base.type === 'TSClassImplements') (shape.bases ??= []).push(readHeritage(w, base));
      }
      readMembers(w, node.body.body, shape, number);
      if (node.decorators?.length) readAngularClass(w, node, number, binding);
    });
  if (shape.node === undefined) body();
  else w.inside(shape.node, false, body);
  return number;
}

function classNode(w: Walk, naming: Naming, node: ClassNode): NodeNumber {
  const record: Parameters<Walk['node']>[1] = {
    type: 'class',
    complexity: 0,
    signature: oneLine(w.source, naming.span.start ?? 0, node.body.start ?? 0),
  };
  if (node.type === 'ClassDeclaration' && node.abstract === true) record.is_abstract = true;
  return w.node(naming, record);
}

function readMembers(w: Walk, members: readonly t.Node[], shape: Shape, number: ShapeNumber): void {
  const outer = { thisExpr: w.thisExpr, superExpr: w.superExpr };
  const sides = {
    instance: { thisExpr: w.model.expr(['this', number]), superExpr: w.model.expr(['super', number]) },
    static: { thisExpr: w.model.expr(['This', number]), superExpr: w.model.expr(['Super', number]) },
  };
  // Fields come first, so that a method that assigns `this.a` finds `a` declared.
  const isMethod = (member: t.Node) =>
    member.type === 'ClassMethod' || member.type === 'ClassPrivateMethod' || member.type === 'TSDeclareMethod';
  const pending: (() => void)[] = [];
  for (const member of members) {
    const side = 'static' in member && member.static === true ? sides.static : sides.instance;
    if (member.type === 'StaticBlock') {
      pending.push(() => {
        Object.assign(w, sides.static);
        w.within(true, () => {
          for (const statement of member.body) hoistVars(statement, w.scope);
          hoist(member.body, w.scope);
          walkStatements(w, member.body);
        });
      });
    } else if (isMethod(member)) {
      const method = member;
      const record = declareMethod(w, method, shape);
      pending.push(() => readMethod(w, method, record, shape, side));
    } else if (member.type === 'ClassProperty' || member.type === 'ClassPrivateProperty' || member.type === 'ClassAccessorProperty') {
      const record = declareField(w, member, shape);
      pending.push(() => {
        Object.assign(w, side);
        readField(w, member, record, shape);
      });
    } else if (member.type === 'TSIndexSignature') {
      shape.index = readAnnotation(w, member.typeAnnotation) ?? w.anyType;
    }
  }
  for (const read of pending) read();
  Object.assign(w, outer);
}

type MethodNode = t.ClassMethod | t.ClassPrivateMethod | t.TSDeclareMethod;
type FieldNode = t.ClassProperty | t.ClassPrivateProperty | t.ClassAccessorProperty;

function declareMethod(w: Walk, node: MethodNode, shape: Shape): Member | undefined {
  const name = node.kind === 'constructor' ? 'constructor' : keyName(node.key, 'computed' in node && node.computed);
  if (name === undefined) return undefined;
  const isStatic = node.static === true;
  // Overloads are one member, and so are the two accessors of a property. The member has the body, if there is one.
  const known = shape.members.find((other) => other.name === name && (other.isStatic === true) === isStatic && other.type === undefined);
  if (known !== undefined && (node.type === 'TSDeclareMethod' || known.getter !== true || node.kind === 'set')) {
    if (known.node !== undefined && node.type !== 'TSDeclareMethod') extend(w, known.node, node);
    return known;
  }
  const member: Member = { name };
  if (isStatic) member.isStatic = true;
  if (node.kind === 'get') member.getter = true;
  if (shape.node !== undefined && isNodeName(name)) {
    const extra: Partial<NodeRecord> & { type: 'method' } = { type: 'method', visibility: visibilityOf(node, name) };
    if (isStatic) extra.is_static = true;
    if (node.abstract === true) extra.is_abstract = true;
    member.node = functionNode(w, { name, span: node, docStart: node.start ?? 0, parent: shape.node }, node, extra);
  }
  shape.members.push(member);
  return member;
}

/** An overloaded method spans its signatures and its body. */
function extend(w: Walk, symbol: NodeNumber, node: t.Node): void {
  const record = w.model.nodes[symbol]!;
  record.end = Math.max(record.end, node.loc?.end.line ?? record.end);
}

function readMethod(
  w: Walk,
  node: MethodNode,
  member: Member | undefined,
  shape: Shape,
  side: { thisExpr: ExprNumber; superExpr: ExprNumber },
): void {
  readDecorators(w, 'decorators' in node ? node.decorators : undefined, member?.node);
  if ('computed' in node && node.computed) readExpression(w, node.key);
  const fn = readFunction(w, node, { node: member?.node, ...side });
  if (member !== undefined) {
    if (node.type === 'TSDeclareMethod' && member.fn === undefined) member.fn = fn;
    else if (node.type === 'TSDeclareMethod') (w.model.functions[member.fn!]!.overloads ??= []).push(fn);
    else if (node.kind !== 'set' || member.fn === undefined) replaceBody(w, member, fn);
  }
  if (node.kind === 'constructor') declareParameterProperties(w, node, shape);
}

function replaceBody(w: Walk, member: Member, fn: FunctionNumber): void {
  const first = member.fn;
  if (first !== undefined && member.getter !== true) {
    // Callers see the signatures written before the body, not that of the body.
    const { overloads = [] } = w.model.functions[first]!;
    w.model.functions[fn]!.overloads = [first, ...overloads];
  }
  member.fn = fn;
}

function declareField(w: Walk, node: FieldNode, shape: Shape): Member | undefined {
  const name = keyName(node.key, 'computed' in node && node.computed === true);
  if (name === undefined) return undefined;
  const member: Member = { name };
  if (node.static) member.isStatic = true;
  if (shape.node !== undefined && isNodeName(name)) {
    const naming = { name, span: node, docStart: node.start ?? 0, parent: shape.node };
    const extra: Partial<NodeRecord> = { visibility: visibilityOf(node, name) };
    if (node.static) extra.is_static = true;
    if ('abstract' in node && node.abstract === true) extra.is_abstract = true;
    const { value } = node;
    if (value?.type === 'ArrowFunctionExpression' || value?.type === 'FunctionExpression') {
      member.node = functionNode(w, naming, value, { ...extra, type: 'method' });
    } else {
      const wraps = value ? wrapsFunction(value) : false;
      member.node = w.node(naming, {
        ...extra,
        type: wraps || isFunctionAnnotation(node.typeAnnotation) ? 'method' : 'property',
        complexity: wraps ? 1 : 0,
        signature: oneLine(w.source, node.start ?? 0, value?.start ?? node.end ?? 0).replace(/\s*[=;]$/, ''),
        ...typeText(w, node.typeAnnotation),
      });
    }
  }
  shape.members.push(member);
  return member;
}

function typeText(w: Walk, annotation: t.Node | null | undefined): { return_type?: string } {
  const text = annotationText(w, annotation);
  return text === undefined ? {} : { return_type: text };
}

function isFunctionAnnotation(annotation: t.Node | null | undefined): boolean {
  return annotation?.type === 'TSTypeAnnotation' && annotation.typeAnnotation.type === 'TSFunctionType';
}

function readField(w: Walk, node: FieldNode, member: Member | undefined, shape: Shape): void {
  readDecorators(w, node.decorators, member?.node);
  if ('computed' in node && node.computed === true) readExpression(w, node.key);
  const type = readAnnotation(w, node.typeAnnotation);
  if (type !== undefined && member !== undefined) member.type = type;
  if (!node.value) return;
  const name = member?.name;
  const parent = shape.node;
  const naming: Naming | undefined =
    name === undefined || parent === undefined || !isNodeName(name)
      ? undefined
      : { name, span: node, docStart: node.start ?? 0, parent, ...(member?.node === undefined ? {} : { node: member.node }) };
  const init = readValue(w, node.value, type, naming);
  if (member !== undefined) member.init = init;
}

function declareParameterProperties(w: Walk, node: MethodNode, shape: Shape): void {
  for (const param of node.params) {
    if (param.type !== 'TSParameterProperty') continue;
    const target = param.parameter.type === 'AssignmentPattern' ? param.parameter.left : param.parameter;
    if (target.type !== 'Identifier' || shape.members.some((member) => member.name === target.name)) continue;
    const member: Member = { name: target.name };
    const constructor = shape.members.find((other) => other.name === 'constructor');
    const record =
      constructor?.fn === undefined ? undefined : w.model.functions[constructor.fn]?.params.find(({ name }) => name === target.name);
    if (record?.type !== undefined) member.type = record.type;
    else if (record?.init !== undefined) member.init = record.init;
    if (shape.node !== undefined) {
      const naming = { name: target.name, span: param, docStart: param.start ?? 0, parent: shape.node };
      member.node = w.node(naming, {
        type: 'property',
        complexity: 0,
        visibility: param.accessibility ?? 'public',
        signature: oneLine(w.source, param.start ?? 0, param.end ?? 0),
      });
    }
    shape.members.push(member);
  }
}

function visibilityOf(node: MethodNode | FieldNode, name: string): 'public' | 'protected' | 'private' {
  if (name.startsWith('#')) return 'private';
  return ('accessibility' in node ? node.accessibility : undefined) ?? 'public';
}

function readDecorators(w: Walk, decorators: readonly t.Decorator[] | null | undefined, symbol: NodeNumber | undefined): void {
  for (const { expression } of decorators ?? []) {
    const read = (): void => {
      const value = readExpression(w, expression);
      if (symbol !== undefined) noteWorn(w.model, value, symbol);
      const worn = w.model.exprs[value];
      w.use('decorate', worn?.[0] === 'call' ? worn[1] : value, expression);
    };
    if (symbol === undefined) read();
    else w.inside(symbol, false, read);
  }
}
