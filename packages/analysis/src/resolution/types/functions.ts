import type { ParamRecord, TypeExpr } from '../../extraction/extraction.ts';
import type { BindingNumber, FunctionNumber } from '../../extraction/numbers.ts';
import type { Env } from '../program/env.ts';
import type { Evaluator } from '../program/evaluator.ts';
import { inferFromArguments } from './infer.ts';
import { elementOf } from './members.ts';
import { ANY, BOOLEAN, partsOf, unionOf, type Type } from '../program/type.ts';
import { typeOfExpression } from './type-of-expression.ts';
import { libraryInstance, promiseOf, typeOfType } from './type-of-type.ts';
import { FN, PARAM, type Unit } from '../program/unit.ts';

/** A function that may be called, with the types that the type parameters around it stand for. */
export interface Signature {
  readonly unit: Unit;
  readonly fn: FunctionNumber;
  readonly env: Env | undefined;
  /** Type parameters of the class that a constructor makes. */
  readonly classParams?: readonly BindingNumber[] | undefined;
}

const MAX_PARAMS = 32;

/** The signatures that a value of this type may be called with: overloads in their order. */
export function signaturesOf(e: Evaluator, type: Type): Signature[] {
  return partsOf(type).flatMap((part): Signature[] => {
    switch (part.k) {
      case 'fn':
      case 'maker':
        return overloads(e, part.unit, part.fn, part.env);
      case 'shape': {
        e.touch(part.unit.shapeFacet(part.shape));
        const { calls } = part.unit.extraction.shapes[part.shape]!;
        return (calls ?? []).map((fn) => ({ unit: part.unit, fn, env: part.env }));
      }
      case 'union':
      case 'and':
        return signaturesOf(e, part);
      default:
        return [];
    }
  });
}

function overloads(e: Evaluator, unit: Unit, fn: FunctionNumber, env: Env | undefined): Signature[] {
  e.touch(unit.functionFacet(fn));
  const record = unit.extraction.functions[fn]!;
  const others = record.overloads ?? [];
  const numbers = record.body === true && others.length > 0 ? others : [fn, ...others];
  return numbers.map((number) => ({ unit, fn: number, env }));
}

/** The signatures that `new` may call on a value of this type. */
export function constructorsOf(e: Evaluator, type: Type): Signature[] {
  return partsOf(type).flatMap((part): Signature[] => {
    if (part.k === 'maker') return overloads(e, part.unit, part.fn, part.env);
    if (part.k === 'shape') {
      e.touch(part.unit.shapeFacet(part.shape));
      const { constructs } = part.unit.extraction.shapes[part.shape]!;
      return (constructs ?? []).map((fn) => ({ unit: part.unit, fn, env: part.env }));
    }
    if (part.k !== 'static') return [];
    e.touch(part.unit.shapeFacet(part.shape));
    const shape = part.unit.extraction.shapes[part.shape]!;
    const own = shape.members.find((member) => member.name === 'constructor' && member.isStatic !== true);
    if (own?.fn !== undefined)
      return overloads(e, part.unit, own.fn, undefined).map((signature) => ({ ...signature, classParams: shape.typeParams }));
    return shape.parent === undefined ? [] : constructorsOf(e, typeOfExpression(e, part.unit, shape.parent.expr, undefined));
  });
}

/** The first overload that accepts the arguments: by their number, by string literals, and by whether a callback is a type predicate. */
export function chooseOverload(e: Evaluator, signatures: readonly Signature[], args: readonly Type[]): Signature | undefined {
  if (signatures.length <= 1) return signatures[0];
  return signatures.find((signature) => accepts(e, signature, args)) ?? signatures[0];
}

/** Whether a function with these parameters may be called with this number of arguments. */
export function takes(params: readonly ParamRecord[], args: number): boolean {
  const required = params.filter((param) => param.optional !== true && param.init === undefined && param.rest !== true).length;
  return args >= required && (args <= params.length || params.at(-1)?.rest === true);
}

function accepts(e: Evaluator, signature: Signature, args: readonly Type[]): boolean {
  const { params } = signature.unit.extraction.functions[signature.fn]!;
  if (!takes(params, args.length)) return false;
  return params.every((param, i) => {
    const arg = args[i];
    const expected = param.type === undefined ? undefined : signature.unit.extraction.types[param.type];
    if (arg === undefined || expected === undefined) return true;
    if (expected[0] === 'text') return arg.k !== 'text' || arg.value === expected[1];
    if (expected[0] !== 'fn' || signature.unit.extraction.functions[expected[1]]!.predicate === undefined) return true;
    return signaturesOf(e, arg).some(({ unit, fn }) => unit.extraction.functions[fn]!.predicate !== undefined);
  });
}

/** The type of a parameter inside its function: its written type, the type expected at the function's place, or that of its default. */
export function paramType(e: Evaluator, unit: Unit, fn: FunctionNumber, index: number, env: Env | undefined): Type {
  e.touch(unit.functionFacet(fn));
  const { params, context } = unit.extraction.functions[fn]!;
  const param = params[index];
  if (param === undefined || index >= MAX_PARAMS) return ANY;
  if (param.type !== undefined) return typeOfType(e, unit, param.type, env);
  if (context === undefined) return param.init === undefined ? ANY : typeOfExpression(e, unit, param.init, env);
  return e.derive(PARAM, unit, fn * MAX_PARAMS + index, env, () => {
    const [signature] = signaturesOf(e, typeOfType(e, unit, context, env));
    if (signature !== undefined) return paramOf(e, signature, index);
    return param.init === undefined ? ANY : typeOfExpression(e, unit, param.init, env);
  });
}

/** The type of a signature's parameter, as a caller sees it. */
export function paramOf(e: Evaluator, { unit, fn, env }: Signature, index: number): Type {
  const { params } = unit.extraction.functions[fn]!;
  const param = params[index] ?? (params.at(-1)?.rest === true ? params.at(-1) : undefined);
  if (param === undefined) return ANY;
  const type = param.type === undefined ? paramType(e, unit, fn, params.indexOf(param), env) : typeOfType(e, unit, param.type, env);
  if (param.rest !== true) return type;
  return type.k === 'tuple' ? (type.of[index - (params.length - 1)] ?? ANY) : elementOf(e, type);
}

export function returnType(e: Evaluator, { unit, fn, env }: Signature): Type {
  e.touch(unit.functionFacet(fn));
  const record = unit.extraction.functions[fn]!;
  if (record.predicate !== undefined) return BOOLEAN;
  if (record.returns !== undefined) return typeOfType(e, unit, record.returns, env);
  return e.derive(FN, unit, fn, env, () => {
    if (record.yields === true) return libraryInstance(e, 'Iterable', [ANY]);
    const value = unionOf((record.returned ?? []).map((number) => typeOfExpression(e, unit, number, env)));
    return record.isAsync === true ? promiseOf(e, value) : value;
  });
}

/** The type that a call of a value of this type returns, whatever the arguments. */
export function resultOf(e: Evaluator, type: Type): Type {
  const results = signaturesOf(e, type).map((signature) => returnType(e, signature));
  return results.length === 0 ? ANY : unionOf(results);
}

/** The type that a call expects for argument number `index`, given the arguments that do not depend on it. */
export function argumentContext(e: Evaluator, unit: Unit, type: Extract<TypeExpr, ['arg', ...unknown[]]>, env: Env | undefined): Type {
  const [, callee, index, args, typeArgs] = type;
  const target = typeOfExpression(e, unit, callee, env);
  const known = args.map((arg) => typeOfExpression(e, unit, arg, env));
  const calls = signaturesOf(e, target);
  const candidates = calls.length > 0 ? calls : constructorsOf(e, target);
  const fitting = candidates.filter(
    (signature) => signature.unit.extraction.functions[signature.fn]!.params.length > index || isRest(signature),
  );
  const chosen = fitting.find((signature) => !hasPredicate(signature, index)) ?? fitting[0];
  if (chosen === undefined) return ANY;
  const explicit = typeArgs.map((arg) => typeOfType(e, unit, arg, env));
  return paramOf(e, { ...chosen, env: inferFromArguments(e, chosen, known, explicit) }, index);
}

function isRest({ unit, fn }: Signature): boolean {
  return unit.extraction.functions[fn]!.params.at(-1)?.rest === true;
}

function hasPredicate({ unit, fn }: Signature, index: number): boolean {
  const number = unit.extraction.functions[fn]!.params[index]?.type;
  const type = number === undefined ? undefined : unit.extraction.types[number];
  return type?.[0] === 'fn' && unit.extraction.functions[type[1]]!.predicate !== undefined;
}
