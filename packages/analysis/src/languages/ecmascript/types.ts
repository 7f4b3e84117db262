import type * as t from '@babel/types';
import type { Binding, Member, Shape } from '../../extraction/extraction.ts';
import type { BindingNumber, ExprNumber, NodeNumber, TypeNumber } from '../../extraction/numbers.ts';
import { readSignature } from './functions.ts';
import { TYPE, VALUE } from './scope.ts';
import { isNodeName, keyName, type Walk } from './walk.ts';
import { oneLine } from '../../extraction/one-line.ts';

type Annotation = t.Node | null | undefined;

/** Reads the type in an annotation `: T`; returns undefined if there is none. Flow's annotations are not read. */
export function readAnnotation(w: Walk, annotation: Annotation): TypeNumber | undefined {
  return annotation?.type === 'TSTypeAnnotation' ? readType(w, annotation.typeAnnotation) : undefined;
}

/**
 * Reads a type, and records the types that it names as uses.
 * @returns the number of the type
 */
export function readType(w: Walk, node: t.TSType): TypeNumber {
  const { model } = w;
  switch (node.type) {
    case 'TSTypeReference':
      return readReference(w, node.typeName, readTypeArguments(w, node.typeArguments), node);
    case 'TSUnionType':
      return model.type(['union', ...node.types.map((part) => readType(w, part))]);
    case 'TSIntersectionType':
      return model.type(['and', ...node.types.map((part) => readType(w, part))]);
    case 'TSArrayType':
      return model.type(['array', readType(w, node.elementType)]);
    case 'TSTupleType':
      return model.type(['tuple', ...node.elementTypes.map((part) => readType(w, part))]);
    case 'TSNamedTupleMember':
      return readType(w, node.elementType);
    case 'TSOptionalType':
    case 'TSParenthesizedType':
      return readType(w, node.typeAnnotation);
    case 'TSRestType':
      return model.type(['rest', readType(w, node.typeAnnotation)]);
    case 'TSFunctionType':
      return model.type(['fn', readSignature(w, node)]);
    case 'TSConstructorType':
      return model.type(['new', readSignature(w, node)]);
    case 'TSTypeLiteral':
      return model.type(['shape', model.shape(readTypeMembers(w, node.members, { kind: 'literal', members: [] }))]);
    case 'TSTypeQuery':
      return node.exprName.type === 'TSImportType' ? readType(w, node.exprName) : model.type(['typeof', readEntityValue(w, node.exprName)]);
    case 'TSIndexedAccessType':
      return model.type(['index', readType(w, node.objectType), readType(w, node.indexType)]);
    case 'TSTypeOperator':
      return node.operator === 'keyof' ? model.type(['keyof', readType(w, node.typeAnnotation)]) : readType(w, node.typeAnnotation);
    case 'TSLiteralType':
      return model.type(node.literal.type === 'StringLiteral' ? ['text', node.literal.value] : ['prim', literalType(node.literal)]);
    case 'TSTemplateLiteralType':
      for (const part of node.types) readType(w, part);
      return model.type(['prim', 'string']);
    case 'TSConditionalType':
      return w.within(false, () => {
        const check = readType(w, node.checkType);
        const extended = readType(w, node.extendsType);
        return model.type(['if', check, extended, readType(w, node.trueType), readType(w, node.falseType)]);
      });
    case 'TSInferType': {
      const binding = w.scope.declare(node.typeParameter.name.name, TYPE);
      model.bindings[binding]!.param = {};
      return model.type(['infer', binding]);
    }
    case 'TSMappedType':
      return w.within(false, () => {
        const constraint = readType(w, node.constraint);
        const binding = w.scope.declare(node.key.name, TYPE);
        model.bindings[binding]!.param = { constraint: model.type(['element', model.type(['array', constraint])]) };
        if (node.nameType) readType(w, node.nameType);
        return model.type(['mapped', binding, constraint, node.typeAnnotation ? readType(w, node.typeAnnotation) : w.anyType]);
      });
    case 'TSImportType': {
      const module = model.module(node.source.value, 'type', node.loc?.start.line ?? 1);
      return model.type(['import', module, node.qualifier ? dotted(node.qualifier) : '', readTypeArguments(w, node.typeArguments)]);
    }
    case 'TSThisType':
      return model.type(['typeof', w.thisExpr]);
    case 'TSTypePredicate':
      if (node.typeAnnotation) readType(w, node.typeAnnotation.typeAnnotation);
      return model.type(['prim', 'boolean']);
    case 'TSClassImplements':
    case 'TSInterfaceHeritage':
      return readHeritage(w, node);
    case 'TSStringKeyword':
      return model.type(['prim', 'string']);
    case 'TSNumberKeyword':
      return model.type(['prim', 'number']);
    case 'TSBooleanKeyword':
      return model.type(['prim', 'boolean']);
    case 'TSBigIntKeyword':
      return model.type(['prim', 'bigint']);
    case 'TSSymbolKeyword':
      return model.type(['prim', 'symbol']);
    case 'TSVoidKeyword':
    case 'TSUndefinedKeyword':
    case 'TSNullKeyword':
    case 'TSNeverKeyword':
      return model.type(['prim', 'nothing']);
    default:
      return w.anyType;
  }
}

/** Reads `extends A.B<C>` of an interface, or `implements …` of a class. */
export function readHeritage(w: Walk, node: t.TSClassImplements | t.TSInterfaceHeritage): TypeNumber {
  const name = entityOf(node.expression);
  const args = readTypeArguments(w, node.typeArguments);
  return name === undefined ? w.anyType : readReference(w, name, args, undefined);
}

function entityOf(node: t.Expression): string[] | undefined {
  if (node.type === 'Identifier') return [node.name];
  if (node.type !== 'MemberExpression' || node.property.type !== 'Identifier' || node.computed) return undefined;
  const left = entityOf(node.object as t.Expression);
  return left && [...left, node.property.name];
}

function readReference(w: Walk, name: t.TSEntityName | string[], args: TypeNumber[], usedAt: t.Node | undefined): TypeNumber {
  const [first = '', ...rest] = Array.isArray(name) ? name : dotted(name).split('.');
  const binding = w.scope.lookup(first, rest.length > 0 ? TYPE | VALUE : TYPE);
  if (binding === undefined) {
    const name = [first, ...rest].join('.');
    if (usedAt !== undefined) w.use('type', w.model.type(['global', name, []]), usedAt);
    return w.model.type(['global', name, args]);
  }
  const type = w.model.type(['ref', binding, rest.join('.'), args]);
  if (usedAt !== undefined && w.model.bindings[binding]!.param === undefined) {
    // Type arguments are left out, so that uses of one type with different arguments are one use.
    w.use('type', args.length === 0 ? type : w.model.type(['ref', binding, rest.join('.'), []]), usedAt);
  }
  return type;
}

function readEntityValue(w: Walk, name: t.TSEntityName): ExprNumber {
  if (name.type === 'ThisExpression') return w.thisExpr;
  if (name.type === 'Identifier') return w.name(name.name);
  return w.model.expr(['.', readEntityValue(w, name.left), name.right.name]);
}

/** `import A = B.C`, which may be a value, a type or a namespace. */
export function readAlias(w: Walk, binding: Binding, name: t.TSEntityName): void {
  binding.init = readEntityValue(w, name);
  binding.alias = { type: readReference(w, name, [], undefined), params: [] };
}

function dotted(name: t.TSEntityName): string {
  if (name.type === 'ThisExpression') return 'this';
  return name.type === 'Identifier' ? name.name : `${dotted(name.left)}.${name.right.name}`;
}

export function readTypeArguments(w: Walk, node: t.Node | null | undefined): TypeNumber[] {
  return node?.type === 'TSTypeParameterInstantiation' ? node.params.map((param) => readType(w, param)) : [];
}

/** Declares type parameters in the current scope. */
export function readTypeParameters(w: Walk, node: t.Node | null | undefined): BindingNumber[] | undefined {
  if (node?.type !== 'TSTypeParameterDeclaration') return undefined;
  const bindings = node.params.map(({ name }) => {
    const binding = w.scope.declare(name.name, TYPE);
    w.model.bindings[binding]!.param = {};
    return binding;
  });
  node.params.forEach((param, i) => {
    const record = w.model.bindings[bindings[i]!]!.param!;
    if (param.constraint) record.constraint = readType(w, param.constraint);
    if (param.default) record.default = readType(w, param.default);
  });
  return bindings;
}

function literalType(literal: t.TSLiteralType['literal']): string {
  if (literal.type === 'BooleanLiteral') return 'boolean';
  if (literal.type === 'TemplateLiteral') return 'string';
  return literal.type === 'BigIntLiteral' ? 'bigint' : 'number';
}

/** Reads the members of an interface or a type literal. The members of a named one become nodes under `shape.node`. */
export function readTypeMembers(w: Walk, members: readonly t.Node[], shape: Shape): Shape {
  for (const member of members) {
    switch (member.type) {
      case 'TSPropertySignature': {
        const name = keyName(member.key, member.computed);
        const annotation = member.typeAnnotation?.typeAnnotation;
        const isFunction = annotation !== undefined && isFunctionType(annotation);
        const node = memberNode(w, shape, name, member, isFunction);
        const type = annotation && readNamedType(w, annotation, node);
        if (name === undefined) break;
        const record: Member = { name };
        if (node !== undefined) record.node = node;
        if (type !== undefined) record.type = type;
        shape.members.push(record);
        break;
      }
      case 'TSMethodSignature': {
        const name = keyName(member.key, member.computed);
        const known = shape.members.find((other) => other.name === name && other.fn !== undefined);
        const node = known === undefined ? memberNode(w, shape, name, member, true) : known.node;
        const fn = readSignature(w, member, node);
        if (name === undefined) break;
        if (known?.fn !== undefined) {
          (w.model.functions[known.fn]!.overloads ??= []).push(fn);
          break;
        }
        const record: Member = { name, fn };
        if (node !== undefined) record.node = node;
        if (member.kind === 'get') record.getter = true;
        shape.members.push(record);
        break;
      }
      case 'TSIndexSignature':
        shape.index = readAnnotation(w, member.typeAnnotation) ?? w.anyType;
        break;
      case 'TSCallSignatureDeclaration':
        (shape.calls ??= []).push(readSignature(w, member));
        break;
      case 'TSConstructSignatureDeclaration':
        (shape.constructs ??= []).push(readSignature(w, member));
        break;
      default:
        break;
    }
  }
  return shape;
}

/** Reads a type at a place that has a name. Members of type literals in it, at any depth of wrapping, become nodes under that name. */
export function readNamedType(w: Walk, node: t.TSType, under: NodeNumber | undefined): TypeNumber {
  const { model } = w;
  if (under === undefined) return readType(w, node);
  switch (node.type) {
    case 'TSTypeLiteral':
      return model.type(['shape', model.shape(readTypeMembers(w, node.members, { kind: 'literal', node: under, members: [] }))]);
    case 'TSIntersectionType':
      return model.type(['and', ...node.types.map((part) => readNamedType(w, part, under))]);
    case 'TSUnionType':
      return model.type(['union', ...node.types.map((part) => readNamedType(w, part, under))]);
    case 'TSParenthesizedType':
      return readNamedType(w, node.typeAnnotation, under);
    case 'TSArrayType':
      return model.type(['array', readNamedType(w, node.elementType, under)]);
    case 'TSTypeReference': {
      // Readonly<{…}>, Merge<{…}, …>: members written inside belong to this type.
      const args = node.typeArguments?.params.map((param) => readNamedType(w, param, under)) ?? [];
      return readReference(w, node.typeName, args, node);
    }
    default:
      return readType(w, node);
  }
}

function memberNode(
  w: Walk,
  shape: Shape,
  name: string | undefined,
  member: t.TSPropertySignature | t.TSMethodSignature,
  isFunction: boolean,
) {
  if (shape.node === undefined || name === undefined || !isNodeName(name)) return undefined;
  const naming = { name, span: member, docStart: member.start ?? 0, parent: shape.node };
  return w.node(naming, {
    type: isFunction ? 'method' : 'property',
    complexity: 0,
    visibility: 'public',
    signature: oneLine(w.source, member.start ?? 0, member.end ?? 0).replace(/[;,]$/, ''),
  });
}

function isFunctionType(type: t.TSType): boolean {
  if (type.type === 'TSParenthesizedType') return isFunctionType(type.typeAnnotation);
  if (type.type === 'TSUnionType') return type.types.some(isFunctionType);
  return type.type === 'TSFunctionType';
}
