import type { BindingNumber, TypeNumber } from '../../extraction/numbers.ts';
import { Env } from '../program/env.ts';
import type { Evaluator } from '../program/evaluator.ts';
import { returnType, signaturesOf, type Signature } from './functions.ts';
import { elementOf, findMembers, typeOfFound } from './members.ts';
import { partsOf, unionOf, type Type } from '../program/type.ts';
import { typeOfType } from './type-of-type.ts';
import type { Unit } from '../program/unit.ts';

/** The types of a signature's type parameters in a call with these arguments. */
export function inferFromArguments(e: Evaluator, signature: Signature, args: readonly Type[], explicit: readonly Type[]): Env | undefined {
  const { unit, fn, env, classParams } = signature;
  const record = unit.extraction.functions[fn]!;
  const params = [...(classParams ?? []), ...(record.typeParams ?? [])];
  if (params.length === 0) return env;
  const types = new Map<BindingNumber, Type>();
  if (explicit.length > 0) {
    params.forEach((param, i) => {
      if (explicit[i] !== undefined) types.set(param, explicit[i]);
    });
  } else {
    const last = record.params.length - 1;
    args.forEach((arg, i) => {
      const param = record.params[Math.min(i, last)];
      if (param?.type === undefined || arg.k === 'any') return;
      const isRest = param.rest === true;
      if (i > last && !isRest) return;
      infer(e, unit, isRest ? restElement(unit, param.type) : param.type, arg, types, env);
    });
    for (const param of params) {
      const fallback = unit.extraction.bindings[param]!.param?.default;
      if (!types.has(param) && fallback !== undefined) types.set(param, typeOfType(e, unit, fallback, new Env(unit, new Map(types), env)));
    }
  }
  return new Env(unit, types, env);
}

function restElement(unit: Unit, number: TypeNumber): TypeNumber {
  const type = unit.extraction.types[number]!;
  return type[0] === 'array' ? type[1] : number;
}

/**
 * Finds the types that the type parameters in a written type must have for `actual` to fit it. The first type found for a parameter
 * counts.
 */
export function infer(
  e: Evaluator,
  unit: Unit,
  number: TypeNumber,
  actual: Type,
  into: Map<BindingNumber, Type>,
  env: Env | undefined,
  depth = 0,
): void {
  if (depth > 6 || actual.k === 'any' || actual.k === 'external') return;
  const written = unit.extraction.types[number]!;
  const on = (inner: TypeNumber, type: Type): void => infer(e, unit, inner, type, into, env, depth + 1);
  switch (written[0]) {
    case 'infer':
      if (!into.has(written[1])) into.set(written[1], actual);
      break;
    case 'ref':
      if (unit.extraction.bindings[written[1]]!.param !== undefined) {
        if (!into.has(written[1]) && env?.get(unit, written[1]) === undefined) into.set(written[1], actual);
      } else if (written[3].length > 0) inferArguments(e, unit, number, written[3], actual, on);
      break;
    case 'global':
      if (written[2].length > 0) inferArguments(e, unit, number, written[2], actual, on);
      break;
    case 'array':
      on(written[1], elementOf(e, actual));
      break;
    case 'rest':
      on(written[1], actual);
      break;
    case 'tuple':
      if (actual.k === 'tuple')
        (written.slice(1) as TypeNumber[]).forEach((part, i) => (actual.of[i] === undefined ? undefined : on(part, actual.of[i])));
      else (written.slice(1) as TypeNumber[]).forEach((part) => on(part, elementOf(e, actual)));
      break;
    case 'union':
      // T | undefined, T | T[]: parts that are no plain type parameter come first.
      for (const part of [...(written.slice(1) as TypeNumber[])].sort((a, b) => Number(isParam(unit, a)) - Number(isParam(unit, b))))
        on(part, actual);
      break;
    case 'and':
      for (const part of written.slice(1) as TypeNumber[]) on(part, actual);
      break;
    case 'fn': {
      const [signature] = signaturesOf(e, actual);
      const { returns, predicate } = unit.extraction.functions[written[1]]!;
      if (signature === undefined) break;
      const theirs = signature.unit.extraction.functions[signature.fn]!.predicate;
      if (predicate !== undefined) {
        if (theirs !== undefined) on(predicate.type, typeOfType(e, signature.unit, theirs.type, signature.env));
      } else if (returns !== undefined) on(returns, returnType(e, signature));
      break;
    }
    case 'new': {
      if (actual.k === 'static') {
        const { returns } = unit.extraction.functions[written[1]]!;
        if (returns !== undefined) on(returns, { k: 'shape', unit: actual.unit, shape: actual.shape, env: undefined });
      }
      break;
    }
    case 'shape': {
      const { members, index } = unit.extraction.shapes[written[1]]!;
      if (index !== undefined) on(index, elementOf(e, actual));
      for (const member of members) {
        if (member.type === undefined) continue;
        const found = findMembers(e, actual, member.name);
        if (found.length > 0) on(member.type, unionOf(found.map((each) => typeOfFound(e, each))));
      }
      break;
    }
    default:
      break;
  }
}

function isParam(unit: Unit, number: TypeNumber): boolean {
  const type = unit.extraction.types[number]!;
  return type[0] === 'ref' && unit.extraction.bindings[type[1]]!.param !== undefined;
}

/** Foo<T> against an instance of Foo takes its arguments; Iterable<T> and similar types match any value with elements. */
function inferArguments(
  e: Evaluator,
  unit: Unit,
  number: TypeNumber,
  args: readonly TypeNumber[],
  actual: Type,
  on: (inner: TypeNumber, type: Type) => void,
): void {
  const expected = typeOfType(e, unit, number, undefined);
  for (const part of partsOf(actual)) {
    if (part.k === 'shape' && expected.k === 'shape' && part.unit === expected.unit && part.shape === expected.shape) {
      const params = part.unit.extraction.shapes[part.shape]!.typeParams ?? [];
      params.forEach((param, i) => {
        const type = part.env?.get(part.unit, param);
        if (args[i] !== undefined && type !== undefined) on(args[i], type);
      });
      return;
    }
  }
  if (expected.k === 'record') {
    const [, value] = args;
    if (value !== undefined) on(value, elementOf(e, actual));
  } else if (expected.k === 'shape' && expected.unit.isLibrary && args.length === 1) {
    const element = elementOf(e, actual);
    if (element.k !== 'any') on(args[0]!, element);
  } else if (args.length >= 1 && expected.k !== 'shape') {
    // Readonly<T>, Partial<T>: aliases of their argument.
    on(args[0]!, actual);
  }
}
