import { STATIC_EXTENSION, type Member, type ParentClass } from '../../extraction/extraction.ts';
import type { ShapeNumber } from '../../extraction/numbers.ts';
import type { Env } from '../program/env.ts';
import type { Evaluator } from '../program/evaluator.ts';
import { returnType, signaturesOf, paramOf } from './functions.ts';
import { findExtension, extensionMixins } from './extensions.ts';
import { exported, type Exported } from '../program/module-surface.ts';
import { ANY, EXTERNAL, STRING, partsOf, unionOf, type Type } from '../program/type.ts';
import { typeOfBinding, typeOfExported, typeOfExpression } from './type-of-expression.ts';
import { bindParams, libraryArgument, libraryInstance, typeOfType } from './type-of-type.ts';
import type { Unit } from '../program/unit.ts';

/** A member, with the unit that declares it. */
export type Found =
  | { readonly k: 'member'; readonly unit: Unit; readonly member: Member; readonly env: Env | undefined; readonly kind: string }
  | { readonly k: 'exported'; readonly exported: Exported };

/** The declarations that `value.name` may mean, one for each part of a union. */
export function findMembers(e: Evaluator, type: Type, name: string, depth = 0): Found[] {
  if (depth > 24) return [];
  switch (type.k) {
    case 'shape':
      return findInShape(e, type.unit, type.shape, type.env, name, depth, type.above);
    case 'static':
      return findStatic(e, type.unit, type.shape, name, depth);
    case 'union':
    case 'and': {
      const found: Found[] = [];
      for (const part of type.of) {
        for (const each of findMembers(e, part, name, depth + 1)) if (!found.some((known) => sameFound(known, each))) found.push(each);
      }
      return found;
    }
    case 'module': {
      const found = exported(e, type.unit, name);
      return found === undefined ? [] : [{ k: 'exported', exported: found }];
    }
    case 'fn': {
      e.touch(type.unit.functionFacet(type.fn));
      const statics = type.unit.staticsOf(type.fn);
      const own = statics === undefined ? [] : findStatic(e, type.unit, statics, name, depth);
      return own.length > 0 ? own : findMembers(e, libraryInstance(e, 'Function', []), name, depth + 1);
    }
    case 'tuple':
      return findMembers(e, libraryInstance(e, 'Array', [unionOf(type.of)]), name, depth + 1);
    case 'text':
      return findMembers(e, libraryInstance(e, 'String', []), name, depth + 1);
    case 'prim':
      if (type.name === 'string') return findMembers(e, libraryInstance(e, 'String', []), name, depth + 1);
      return type.name === 'number' ? findMembers(e, libraryInstance(e, 'Number', []), name, depth + 1) : [];
    default:
      return [];
  }
}

function sameFound(a: Found, b: Found): boolean {
  if (a.k === 'member' && b.k === 'member') return a.unit === b.unit && a.member === b.member && a.env === b.env;
  return a.k === 'exported' && b.k === 'exported' && a.exported === b.exported;
}

function findInShape(
  e: Evaluator,
  unit: Unit,
  number: ShapeNumber,
  env: Env | undefined,
  name: string,
  depth: number,
  above?: true,
): Found[] {
  if (depth > 24) return [];
  for (const each of [number, ...unit.siblings(number)]) e.touch(unit.shapeFacet(each));
  for (const each of above === true ? [] : [number, ...unit.siblings(number)]) {
    const member = unit.extraction.shapes[each]!.members.find((candidate) => candidate.name === name && candidate.isStatic !== true);
    if (member !== undefined) return [{ k: 'member', unit, member, env, kind: unit.extraction.shapes[each]!.kind }];
  }
  const extension = above === true ? undefined : findExtension(e, unit, number, env, name);
  if (extension !== undefined) return [extension];
  for (const each of [number, ...unit.siblings(number)]) {
    const shape = unit.extraction.shapes[each]!;
    for (const spread of [...(shape.spreads ?? [])].reverse()) {
      const found = findMembers(e, typeOfExpression(e, unit, spread, env), name, depth + 1);
      if (found.length > 0) return found;
    }
    if (shape.parent !== undefined) {
      const found = findMembers(e, parentInstance(e, unit, shape.parent, env), name, depth + 1);
      if (found.length > 0) return found;
    }
    for (const mixin of shape.mixins ?? []) {
      const found = findMembers(e, instanceOf(typeOfExpression(e, unit, mixin, env)), name, depth + 1);
      if (found.length > 0) return found;
    }
    for (const { unit: file, mixin } of extensionMixins(e, unit, each)) {
      const found = findMembers(e, typeOfExpression(e, file, mixin, undefined), name, depth + 1);
      if (found.length > 0) return found;
    }
    // A class does not have members that its interfaces only promise; an abstract class may.
    for (const base of shape.bases ?? []) {
      const found = findMembers(e, typeOfType(e, unit, base, env), name, depth + 1);
      if (found.length > 0) return found;
    }
  }
  return [];
}

/** An instance of each class that a value may be. */
function instanceOf(type: Type): Type {
  return unionOf(
    partsOf(type).map((part) => (part.k === 'static' ? { k: 'shape', unit: part.unit, shape: part.shape, env: undefined } : part)),
  );
}

export function parentInstance(e: Evaluator, unit: Unit, { expr, args }: ParentClass, env: Env | undefined): Type {
  const parent = typeOfExpression(e, unit, expr, env);
  const instances = partsOf(parent).flatMap((part): Type[] => {
    if (part.k !== 'static') return part.k === 'shape' ? signaturesOfMaker(e, part) : [];
    e.touch(part.unit.shapeFacet(part.shape));
    const { typeParams } = part.unit.extraction.shapes[part.shape]!;
    const types = args.map((arg) => typeOfType(e, unit, arg, env));
    return [{ k: 'shape', unit: part.unit, shape: part.shape, env: bindParams(e, part.unit, typeParams, types, undefined) }];
  });
  return instances.length === 1 ? instances[0]! : { k: 'and', of: instances };
}

function signaturesOfMaker(e: Evaluator, part: Type & { k: 'shape' }): Type[] {
  e.touch(part.unit.shapeFacet(part.shape));
  const { constructs } = part.unit.extraction.shapes[part.shape]!;
  return (constructs ?? []).slice(0, 1).map((fn) => returnType(e, { unit: part.unit, fn, env: part.env }));
}

function findStatic(e: Evaluator, unit: Unit, number: ShapeNumber, name: string, depth: number): Found[] {
  if (depth > 24) return [];
  e.touch(unit.shapeFacet(number));
  const shape = unit.extraction.shapes[number]!;
  const member = shape.members.find((candidate) => candidate.name === name && candidate.isStatic === true);
  if (member !== undefined) return [{ k: 'member', unit, member, env: undefined, kind: shape.kind }];
  const extension = findExtension(e, unit, number, undefined, `${STATIC_EXTENSION}${name}`);
  if (extension !== undefined) return [extension];
  const parents = [...(shape.parent === undefined ? [] : [shape.parent.expr]), ...(shape.mixins ?? [])];
  for (const parent of parents) {
    const found = findMembers(e, typeOfExpression(e, unit, parent, undefined), name, depth + 1);
    if (found.length > 0) return found;
  }
  return [];
}

export function typeOfFound(e: Evaluator, found: Found): Type {
  if (found.k === 'exported') return typeOfExported(e, found.exported);
  const { unit, member, env, kind } = found;
  if (kind === 'enum') return STRING;
  if (member.fn !== undefined)
    return member.getter === true ? returnType(e, { unit, fn: member.fn, env }) : { k: 'fn', unit, fn: member.fn, env };
  if (member.type !== undefined) return typeOfType(e, unit, member.type, env);
  if (member.init !== undefined) return typeOfExpression(e, unit, member.init, env);
  return member.binding === undefined ? ANY : typeOfBinding(e, unit, member.binding, undefined);
}

export function memberType(e: Evaluator, type: Type, name: string): Type {
  if (type.k === 'any' || type.k === 'external') return type;
  if (type.k === 'record') return type.value;
  const found = findMembers(e, type, name);
  if (found.length > 0) return unionOf(found.map((each) => typeOfFound(e, each)));
  // `get/1` names one of several methods of that name; it is not a key.
  if (/^\w+\/\d+$/.test(name)) return ANY;
  const values = partsOf(type).map((part) => (part.k === 'record' ? part.value : part.k === 'shape' ? indexSignature(e, part) : undefined));
  const known = values.filter((value) => value !== undefined);
  if (known.length > 0) return unionOf(known);
  return partsOf(type).some((part) => part.k === 'external') ? EXTERNAL : ANY;
}

function indexSignature(e: Evaluator, type: Type & { k: 'shape' }): Type | undefined {
  e.touch(type.unit.shapeFacet(type.shape));
  const { index } = type.unit.extraction.shapes[type.shape]!;
  return index === undefined ? undefined : typeOfType(e, type.unit, index, type.env);
}

/** `object[index]`, of values and of types. */
export function indexed(e: Evaluator, type: Type, index: Type): Type {
  const names = partsOf(index);
  if (names.every((name) => name.k === 'text')) return unionOf(names.map((name) => memberType(e, type, name.value)));
  return elementOf(e, type);
}

/** The type of an element: what iterating over a value returns, or an index of which nothing is known. */
export function elementOf(e: Evaluator, type: Type): Type {
  switch (type.k) {
    case 'union':
    case 'and':
      return unionOf(type.of.map((part) => elementOf(e, part)));
    case 'tuple':
      return unionOf(type.of);
    case 'record':
      return type.value;
    case 'text':
      return STRING;
    case 'prim':
      return type.name === 'string' ? STRING : ANY;
    case 'shape': {
      const own = libraryArgument(type, 'Array') ?? indexSignature(e, type);
      if (own !== undefined) return own;
      const element = findMembers(e, type, '__element');
      if (element.length > 0) return unionOf(element.map((each) => typeOfFound(e, each)));
      return valuesOf(e, type);
    }
    case 'external':
      return EXTERNAL;
    default:
      return ANY;
  }
}

/** An object literal used as a table: indexing it returns one of its values. */
function valuesOf(e: Evaluator, type: Type & { k: 'shape' }): Type {
  e.touch(type.unit.shapeFacet(type.shape));
  const { kind, members } = type.unit.extraction.shapes[type.shape]!;
  if (kind !== 'object' || members.length === 0 || members.length > 16) return ANY;
  return unionOf(members.map((member) => typeOfFound(e, { k: 'member', unit: type.unit, member, env: type.env, kind })));
}

/** The props of a component: a function's first parameter, or the first type argument of a class's parent. */
export function propsOf(e: Evaluator, component: Type): Type {
  if (component.k === 'static') {
    e.touch(component.unit.shapeFacet(component.shape));
    const parent = component.unit.extraction.shapes[component.shape]!.parent;
    const props = parent?.args[0];
    return props === undefined ? ANY : typeOfType(e, component.unit, props, undefined);
  }
  const [signature] = signaturesOf(e, component);
  return signature === undefined ? ANY : paramOf(e, signature, 0);
}
