import type { TypeExpr } from '../../extraction/extraction.ts';
import type { BindingNumber, ModuleNumber, ShapeNumber, TypeNumber } from '../../extraction/numbers.ts';
import { Env } from '../program/env.ts';
import type { Evaluator } from '../program/evaluator.ts';
import { libraryBinding, namedGlobalType } from './globals.ts';
import { argumentContext, paramOf, resultOf, returnType, signaturesOf } from './functions.ts';
import { infer } from './infer.ts';
import { elementOf, indexed, memberType, propsOf } from './members.ts';
import { importFrom, exported, type Exported } from '../program/module-surface.ts';
import { ANY, EXTERNAL, STRING, unionOf, type Type } from '../program/type.ts';
import { typeOfBinding, typeOfExpression } from './type-of-expression.ts';
import { TYPE, type Unit } from '../program/unit.ts';

/** The type that a written type means. */
export function typeOfType(e: Evaluator, unit: Unit, number: TypeNumber, env: Env | undefined): Type {
  const type = unit.extraction.types[number]!;
  switch (type[0]) {
    case 'any':
      return ANY;
    case 'prim':
      return { k: 'prim', name: type[1] };
    case 'text':
      return { k: 'text', value: type[1] };
    case 'fn':
      return { k: 'fn', unit, fn: type[1], env };
    case 'new':
      return { k: 'maker', unit, fn: type[1], env };
    case 'shape':
      return { k: 'shape', unit, shape: type[1], env };
    default: {
      const inner = env === undefined || !isOpen(unit, number) ? undefined : env;
      return e.derive(TYPE, unit, number, inner, () => derived(e, unit, type, inner));
    }
  }
}

function derived(e: Evaluator, unit: Unit, type: TypeExpr, env: Env | undefined): Type {
  const of = (other: TypeNumber): Type => typeOfType(e, unit, other, env);
  switch (type[0]) {
    case 'ref':
      return reference(e, unit, type[1], type[2] === '' ? [] : type[2].split('.'), type[3].map(of), env);
    case 'global':
      return globalType(e, type[1], type[2].map(of));
    case 'union':
      return unionOf((type.slice(1) as TypeNumber[]).map(of));
    case 'and':
      return intersectionOf((type.slice(1) as TypeNumber[]).map(of));
    case 'array':
      return arrayOf(e, of(type[1]));
    case 'tuple':
      return { k: 'tuple', of: (type.slice(1) as TypeNumber[]).map(of) };
    case 'rest':
      return elementOf(e, of(type[1]));
    case 'typeof':
      return typeOfExpression(e, unit, type[1], env);
    case 'index':
      return indexed(e, of(type[1]), of(type[2]));
    case 'keyof':
      return STRING;
    case 'if':
      return conditional(e, unit, type, env);
    case 'mapped': {
      const value = unit.extraction.types[type[3]];
      const key = value?.[0] === 'index' ? unit.extraction.types[value[2]] : undefined;
      // { [K in keyof T]: T[K] } has the members of T.
      if (value?.[0] === 'index' && key?.[0] === 'ref' && key[1] === type[1]) return of(value[1]);
      return { k: 'record', value: of(type[3]) };
    }
    case 'infer':
      return env?.get(unit, type[1]) ?? ANY;
    case 'import':
      return importedType(e, unit, type[1], type[2] === '' ? [] : type[2].split('.'), type[3].map(of));
    case 'member':
      return memberType(e, of(type[1]), type[2]);
    case 'element':
      return elementOf(e, of(type[1]));
    case 'arg':
      return argumentContext(e, unit, type, env);
    case 'result':
      return resultOf(e, of(type[1]));
    case 'prop':
      return memberType(e, propsOf(e, typeOfExpression(e, unit, type[1], env)), type[2]);
    default:
      return ANY;
  }
}

/** Limit for chains of aliases, because aliases may form a circle. */
const MAX_STEPS = 48;

function reference(e: Evaluator, unit: Unit, number: BindingNumber, path: string[], args: Type[], env: Env | undefined, steps = 0): Type {
  e.touch(unit.bindingFacet(number));
  const binding = unit.extraction.bindings[number]!;
  if (binding.param !== undefined) {
    const bound = env?.get(unit, number);
    if (bound !== undefined) return bound;
    const fallback = binding.param.constraint ?? binding.param.default;
    return fallback === undefined ? ANY : typeOfType(e, unit, fallback, env);
  }
  if (binding.from !== undefined) return exportedType(e, importFrom(e, unit, binding.from), path, args, steps);
  return declaredType(e, unit, number, path, args, env, steps);
}

/** The type that a declared name means, applied to arguments. */
export function declaredType(
  e: Evaluator,
  unit: Unit,
  number: BindingNumber,
  path: string[],
  args: Type[],
  env: Env | undefined,
  steps = 0,
): Type {
  e.touch(unit.bindingFacet(number));
  const binding = unit.extraction.bindings[number]!;
  const [first, ...rest] = path;
  const meant = aliasedName(unit, number);
  if (meant !== undefined)
    return steps > MAX_STEPS ? ANY : reference(e, unit, meant[1], [...pathOf(meant[2]), ...path], args, undefined, steps + 1);
  if (first !== undefined) {
    const holder = binding.holder === undefined ? undefined : unit.extraction.shapes[binding.holder];
    const member = holder?.members.find((candidate) => candidate.name === first);
    if (member?.binding !== undefined) return declaredType(e, unit, member.binding, rest, args, undefined, steps);
    return member?.node !== undefined && holder?.kind === 'enum' ? STRING : ANY;
  }
  if (binding.shapes !== undefined) {
    const [shape] = binding.shapes as [ShapeNumber];
    const { typeParams, kind } = unit.extraction.shapes[shape]!;
    if (kind === 'enum') return STRING;
    return { k: 'shape', unit, shape, env: bindParams(e, unit, typeParams, args, env) };
  }
  if (binding.alias !== undefined) return typeOfType(e, unit, binding.alias.type, bindParams(e, unit, binding.alias.params, args, env));
  // `const Foo = class {}` used as a type.
  const value = typeOfBinding(e, unit, number, env);
  return value.k === 'static' ? { k: 'shape', unit: value.unit, shape: value.shape, env: undefined } : ANY;
}

/** The name that an alias stands for: `use a::b`, `import A = B.C`. */
export function aliasedName(unit: Unit, number: BindingNumber): Extract<TypeExpr, ['ref', ...unknown[]]> | undefined {
  const { alias, holder, shapes } = unit.extraction.bindings[number]!;
  if (alias === undefined || alias.params.length > 0 || (holder ?? shapes) !== undefined) return undefined;
  const type = unit.extraction.types[alias.type]!;
  return type[0] === 'ref' && type[3].length === 0 ? type : undefined;
}

export function pathOf(dotted: string): string[] {
  return dotted === '' ? [] : dotted.split('.');
}

function exportedType(e: Evaluator, found: Exported | undefined, path: string[], args: Type[], steps = 0): Type {
  switch (found?.k) {
    case 'binding':
      return declaredType(e, found.unit, found.binding, path, args, undefined, steps);
    case 'module': {
      const [first, ...rest] = path;
      return first === undefined ? ANY : exportedType(e, exported(e, found.unit, first), rest, args, steps);
    }
    case 'expr': {
      const type = typeOfExpression(e, found.unit, found.expr, undefined);
      return type.k === 'static' ? { k: 'shape', unit: type.unit, shape: type.shape, env: undefined } : ANY;
    }
    case 'external':
      return EXTERNAL;
    default:
      return ANY;
  }
}

function importedType(e: Evaluator, unit: Unit, module: ModuleNumber, path: string[], args: Type[]): Type {
  const target = unit.modules[module];
  if (target === undefined) return ANY;
  const to = 'unit' in target ? target.unit : target.known;
  if (to === undefined) return EXTERNAL;
  return path.length === 0 ? { k: 'module', unit: to } : exportedType(e, { k: 'module', unit: to }, path, args);
}

/** The environment in which type parameters stand for their arguments, or else for their defaults. */
export function bindParams(
  e: Evaluator,
  unit: Unit,
  params: readonly BindingNumber[] | undefined,
  args: readonly Type[],
  outer: Env | undefined,
): Env | undefined {
  if (params === undefined || params.length === 0) return undefined;
  if (args.length === 0 && params.every((param) => unit.extraction.bindings[param]!.param?.default === undefined)) return undefined;
  const types = new Map<BindingNumber, Type>();
  params.forEach((param, i) => {
    const fallback = unit.extraction.bindings[param]!.param?.default;
    const type = args[i] ?? (fallback === undefined ? undefined : typeOfType(e, unit, fallback, new Env(unit, new Map(types), outer)));
    if (type !== undefined) types.set(param, type);
  });
  return new Env(unit, types, undefined);
}

function globalType(e: Evaluator, name: string, args: Type[]): Type {
  const [first = ANY] = args;
  switch (name) {
    case 'Awaited':
      return awaited(e, first);
    case 'ReturnType':
      return resultOf(e, first);
    case 'InstanceType':
      if (first.k === 'static') return { k: 'shape', unit: first.unit, shape: first.shape, env: undefined };
      return first.k === 'maker' ? returnType(e, first) : ANY;
    case 'Parameters':
    case 'ConstructorParameters': {
      const [signature] = signaturesOf(e, first);
      if (signature === undefined) return ANY;
      return { k: 'tuple', of: signature.unit.extraction.functions[signature.fn]!.params.map((_, i) => paramOf(e, signature, i)) };
    }
    default:
      return namedGlobalType(e, name, args);
  }
}

function conditional(e: Evaluator, unit: Unit, type: Extract<TypeExpr, ['if', ...unknown[]]>, env: Env | undefined): Type {
  const [, check, extended, yes, no] = type;
  const checked = typeOfType(e, unit, check, env);
  const inferred = new Map<BindingNumber, Type>();
  for (const part of checked.k === 'union' ? checked.of : [checked]) infer(e, unit, extended, part, inferred, env);
  if (inferred.size > 0) return typeOfType(e, unit, yes, new Env(unit, inferred, env));
  return unionOf([typeOfType(e, unit, yes, env), typeOfType(e, unit, no, env)]);
}

export function intersectionOf(types: readonly Type[]): Type {
  const telling = types
    .flatMap((type) => (type.k === 'and' ? type.of : [type]))
    .filter((type) => type.k !== 'any' && type.k !== 'external');
  if (telling.length === 0) return types[0] ?? ANY;
  return telling.length === 1 ? telling[0]! : { k: 'and', of: telling };
}

export function libraryInstance(e: Evaluator, name: string, args: readonly Type[]): Type {
  const number = libraryBinding(e, name)!;
  const shape = e.library.extraction.bindings[number]!.shapes![0]!;
  return {
    k: 'shape',
    unit: e.library,
    shape,
    env: bindParams(e, e.library, e.library.extraction.shapes[shape]!.typeParams, args, undefined),
  };
}

export function arrayOf(e: Evaluator, element: Type): Type {
  return libraryInstance(e, 'Array', [element]);
}

export function promiseOf(e: Evaluator, value: Type): Type {
  return libraryInstance(e, 'Promise', [awaited(e, value)]);
}

/** The type argument of a value of the library's generic object `name`: the element of an array, the value of a promise. */
export function libraryArgument(type: Type, name: string, index = 0): Type | undefined {
  if (type.k !== 'shape' || !type.unit.isLibrary) return undefined;
  const shape = type.unit.extraction.shapes[type.shape]!;
  if (shape.name !== name) return undefined;
  const param = shape.typeParams?.[index];
  return (param === undefined ? undefined : type.env?.get(type.unit, param)) ?? ANY;
}

export function awaited(e: Evaluator, type: Type): Type {
  if (type.k === 'union') return unionOf(type.of.map((part) => awaited(e, part)));
  const value = libraryArgument(type, 'Promise');
  return value === undefined ? type : awaited(e, value);
}

/** Whether a written type mentions type parameters. If it does not, it means the same in every environment. */
function isOpen(unit: Unit, number: TypeNumber): boolean {
  const known = unit.openTypes[number];
  if (known !== undefined) return known;
  const type = unit.extraction.types[number]!;
  let open = true;
  switch (type[0]) {
    case 'ref':
      open = unit.extraction.bindings[type[1]]!.param !== undefined || type[3].some((arg) => isOpen(unit, arg));
      break;
    case 'global':
      open = type[2].some((arg) => isOpen(unit, arg));
      break;
    case 'union':
    case 'and':
    case 'tuple':
      open = (type.slice(1) as TypeNumber[]).some((part) => isOpen(unit, part));
      break;
    case 'array':
    case 'rest':
    case 'keyof':
      open = isOpen(unit, type[1]);
      break;
    case 'index':
      open = isOpen(unit, type[1]) || isOpen(unit, type[2]);
      break;
    case 'any':
    case 'prim':
    case 'text':
      open = false;
      break;
    default:
      break;
  }
  unit.openTypes[number] = open;
  return open;
}
