import type * as t from '@babel/types';
import type { FunctionRecord, NodeRecord, ParamRecord } from '../../extraction/extraction.ts';
import type { ExprNumber, FunctionNumber, NodeNumber, TypeNumber } from '../../extraction/numbers.ts';
import { readExpression } from './expressions.ts';
import { declarePattern, hoist, hoistVars } from './hoist.ts';
import { noteGiven } from '../../extraction/http-calls.ts';
import { bindPattern } from './patterns.ts';
import { VALUE } from './scope.ts';
import { oneLine } from '../../extraction/one-line.ts';
import { walkStatements } from './statements.ts';
import { readAnnotation, readType, readTypeParameters } from './types.ts';
import type { Naming, Walk } from './walk.ts';

export type FunctionNode =
  | t.FunctionDeclaration
  | t.FunctionExpression
  | t.ArrowFunctionExpression
  | t.ObjectMethod
  | t.ClassMethod
  | t.ClassPrivateMethod
  | t.TSDeclareFunction
  | t.TSDeclareMethod;

export interface FunctionPlace {
  /** The node of the function. Without one, the node around it does what the function does. */
  node?: NodeNumber | undefined;
  /** The type expected at the function's place. */
  context?: TypeNumber | undefined;
  /** `this` inside the function. Arrow functions keep the `this` around them. */
  thisExpr?: ExprNumber | undefined;
  superExpr?: ExprNumber | undefined;
}

/** Reads a function's signature and, if it has one, its body. */
export function readFunction(w: Walk, node: FunctionNode, place: FunctionPlace): FunctionNumber {
  const record: FunctionRecord = { params: [] };
  const number = w.model.function(record);
  if (place.node !== undefined) record.node = place.node;
  if (place.context !== undefined) record.context = place.context;
  if (node.async) record.isAsync = true;
  if ('generator' in node && node.generator) record.yields = true;
  const { thisExpr, superExpr, returning, giving, returnContext, returnNaming } = w;
  if (node.type !== 'ArrowFunctionExpression') {
    w.thisExpr = place.thisExpr ?? w.any;
    w.superExpr = place.superExpr ?? w.any;
  }
  const body = (): void =>
    w.within(true, () => {
      if (node.type === 'FunctionExpression' && node.id) {
        const binding = w.model.bindings[w.scope.declare(node.id.name, VALUE)]!;
        binding.fn = number;
        if (place.node !== undefined) binding.node = place.node;
      }
      const typeParams = readTypeParameters(w, node.typeParameters);
      if (typeParams !== undefined) record.typeParams = typeParams;
      const params = withoutThis(w, node.params);
      for (const param of params) declarePattern(param, w.scope);
      params.forEach((param, i) => record.params.push(readParam(w, param, number, i)));
      readReturnType(w, record, params, node.returnType);
      if (!('body' in node)) return;
      record.body = true;
      w.giving = record;
      w.returning = record.returns === undefined ? record : undefined;
      w.returnContext = record.returns ?? (place.context === undefined ? undefined : w.model.type(['result', place.context]));
      w.returnNaming = place.node === undefined ? undefined : { name: '', span: node, docStart: 0, parent: place.node };
      if (node.body.type === 'BlockStatement') {
        hoistVars(node.body, w.scope);
        hoist(node.body.body, w.scope);
        walkStatements(w, node.body.body);
      } else {
        const value = readExpression(w, node.body, w.returnContext, objectOnly(w, node.body));
        noteGiven(w.model, record, value);
        if (record.returns === undefined) record.returned = [value];
      }
    });
  if (place.node === undefined) body();
  else w.inside(place.node, true, body);
  w.thisExpr = thisExpr;
  w.superExpr = superExpr;
  w.returning = returning;
  w.giving = giving;
  w.returnContext = returnContext;
  w.returnNaming = returnNaming;
  return number;
}

/** The functions of an object that a function returns are named after that function. */
export function objectOnly(w: Walk, value: t.Node): Naming | undefined {
  if (value.type === 'TSAsExpression' || value.type === 'TSSatisfiesExpression') return objectOnly(w, value.expression);
  return value.type === 'ObjectExpression' ? w.returnNaming : undefined;
}

type SignatureNode =
  t.TSFunctionType | t.TSConstructorType | t.TSMethodSignature | t.TSCallSignatureDeclaration | t.TSConstructSignatureDeclaration;

/** Reads a signature inside a type. */
export function readSignature(w: Walk, node: SignatureNode, symbol?: NodeNumber): FunctionNumber {
  const record: FunctionRecord = { params: [] };
  const number = w.model.function(record);
  if (symbol !== undefined) record.node = symbol;
  w.within(true, () => {
    const typeParams = readTypeParameters(w, node.typeParameters);
    if (typeParams !== undefined) record.typeParams = typeParams;
    const { thisExpr } = w;
    const params = withoutThis(w, node.params);
    params.forEach((param, i) => {
      declarePattern(param, w.scope);
      record.params.push(readParam(w, param, number, i));
    });
    readReturnType(w, record, params, node.returnType);
    w.thisExpr = thisExpr;
  });
  return number;
}

/** `this: T` is no parameter: it tells the type of `this` inside. */
function withoutThis<P extends t.Node>(w: Walk, params: readonly P[]): readonly P[] {
  const [first, ...rest] = params;
  if (first?.type !== 'Identifier' || first.name !== 'this') return params;
  const type = readAnnotation(w, first.typeAnnotation);
  if (type !== undefined) w.thisExpr = w.model.expr(['as', type]);
  return rest;
}

function readParam(w: Walk, param: FunctionNode['params'][number] | t.TSParameterProperty, fn: FunctionNumber, index: number): ParamRecord {
  const record: ParamRecord = {};
  let pattern: t.Node = param.type === 'TSParameterProperty' ? param.parameter : param;
  let annotation = 'typeAnnotation' in pattern ? readAnnotation(w, pattern.typeAnnotation) : undefined;
  if (pattern.type === 'AssignmentPattern') {
    const { left, right } = pattern;
    if ('typeAnnotation' in left) annotation ??= readAnnotation(w, left.typeAnnotation);
    record.init = readExpression(w, right, annotation);
    pattern = left;
  } else if (pattern.type === 'RestElement') {
    record.rest = true;
    pattern = pattern.argument;
  }
  if (annotation !== undefined) record.type = annotation;
  if (pattern.type === 'Identifier') record.name = pattern.name;
  if ('optional' in pattern && pattern.optional === true) record.optional = true;
  bindPattern(w, pattern, w.model.expr(['param', fn, index]), annotation);
  return record;
}

function readReturnType(w: Walk, record: FunctionRecord, params: readonly t.Node[], annotation: t.Node | null | undefined): void {
  const returns = readAnnotation(w, annotation);
  if (returns === undefined) return;
  record.returns = returns;
  const type = annotation?.type === 'TSTypeAnnotation' ? annotation.typeAnnotation : undefined;
  if (type?.type !== 'TSTypePredicate' || !type.typeAnnotation || type.parameterName.type !== 'Identifier') return;
  const { name } = type.parameterName;
  const param = params.findIndex((candidate) => candidate.type === 'Identifier' && candidate.name === name);
  if (param !== -1) record.predicate = { param, type: readType(w, type.typeAnnotation.typeAnnotation) };
}

/** Makes the node of a function or method. */
export function functionNode(
  w: Walk,
  naming: Naming,
  node: FunctionNode,
  extra: Partial<NodeRecord> & { type: NodeRecord['type'] },
): NodeNumber {
  const bodyStart = 'body' in node ? (node.body.start ?? 0) : (node.end ?? 0);
  const attributes: Omit<NodeRecord, 'name' | 'parent' | 'suffix' | 'qualifiedName' | 'start' | 'end'> = {
    complexity: 1,
    signature: oneLine(w.source, naming.span.start ?? 0, bodyStart).replace(/\s*(=>)?\s*[{;]?$/, ''),
    ...extra,
  };
  if (node.async) attributes.is_async = true;
  const returns = annotationText(w, node.returnType);
  if (returns !== undefined) attributes.return_type = returns;
  if (node.params.length > 0) attributes.parameter_types = node.params.map((param) => annotationText(w, annotationOf(param)) ?? 'any');
  return w.node(naming, attributes);
}

function annotationOf(param: t.Node): t.Node | null | undefined {
  if (param.type === 'TSParameterProperty') return annotationOf(param.parameter);
  if (param.type === 'AssignmentPattern') return param.typeAnnotation ?? annotationOf(param.left);
  return 'typeAnnotation' in param ? param.typeAnnotation : undefined;
}

export function annotationText(w: Walk, annotation: t.Node | null | undefined): string | undefined {
  if (annotation?.type !== 'TSTypeAnnotation') return undefined;
  const { start, end } = annotation.typeAnnotation;
  return oneLine(w.source, start ?? 0, end ?? 0);
}
