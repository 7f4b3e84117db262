import type { Expr } from '../../extraction/extraction.ts';
import type { FunctionNumber } from '../../extraction/numbers.ts';
import type { Env } from '../program/env.ts';
import type { Evaluator } from '../program/evaluator.ts';
import { chooseOverload, constructorsOf, returnType, signaturesOf } from './functions.ts';
import { inferFromArguments } from './infer.ts';
import { ANY, EXTERNAL, partsOf, unionOf, type Type } from '../program/type.ts';
import { typeOfExpression } from './type-of-expression.ts';
import { bindParams, typeOfType } from './type-of-type.ts';
import type { Unit } from '../program/unit.ts';

/** The type of `callee(...args)`. */
export function callResult(
  e: Evaluator,
  unit: Unit,
  [, callee, args, typeArgs]: Extract<Expr, ['call', ...unknown[]]>,
  env: Env | undefined,
): Type {
  const target = typeOfExpression(e, unit, callee, env);
  if (target.k === 'external') return EXTERNAL;
  if (target.k === 'any') return ANY;
  const given = args.map((arg) => typeOfExpression(e, unit, arg, env));
  const explicit = typeArgs.map((arg) => typeOfType(e, unit, arg, env));
  return unionOf(
    partsOf(target).map((part) => {
      const chosen = chooseOverload(e, signaturesOf(e, part), given);
      return chosen === undefined ? ANY : returnType(e, { ...chosen, env: inferFromArguments(e, chosen, given, explicit) });
    }),
  );
}

/** The type of `callee(...args)` in a language in which calling a class makes an instance. */
export function callOrInstance(
  e: Evaluator,
  unit: Unit,
  [, callee, args, typeArgs]: Extract<Expr, ['make', ...unknown[]]>,
  env: Env | undefined,
): Type {
  const parts = partsOf(typeOfExpression(e, unit, callee, env));
  const made = parts.some((part) => part.k === 'static') ? instanceMade(e, unit, ['new', callee, args, typeArgs], env) : ANY;
  const called = parts.every((part) => part.k === 'static') ? ANY : callResult(e, unit, ['call', callee, args, typeArgs], env);
  return unionOf([made, called]);
}

/** The type of `new callee(...args)`. */
export function instanceMade(
  e: Evaluator,
  unit: Unit,
  [, callee, args, typeArgs]: Extract<Expr, ['new', ...unknown[]]>,
  env: Env | undefined,
): Type {
  const target = typeOfExpression(e, unit, callee, env);
  if (target.k === 'external') return EXTERNAL;
  const explicit = typeArgs.map((arg) => typeOfType(e, unit, arg, env));
  return unionOf(
    partsOf(target).map((part): Type => {
      if (part.k === 'fn') return madeByFunction(e, part.unit, part.fn);
      if (part.k !== 'static' && part.k !== 'shape' && part.k !== 'maker') return ANY;
      const given = (): Type[] => args.map((arg) => typeOfExpression(e, unit, arg, env));
      if (part.k !== 'static') {
        const arguments_ = given();
        const chosen = chooseOverload(e, constructorsOf(e, part), arguments_);
        return chosen === undefined ? ANY : returnType(e, { ...chosen, env: inferFromArguments(e, chosen, arguments_, explicit) });
      }
      e.touch(part.unit.shapeFacet(part.shape));
      const params = part.unit.extraction.shapes[part.shape]!.typeParams;
      if (params === undefined) return { k: 'shape', unit: part.unit, shape: part.shape, env: undefined };
      if (explicit.length > 0)
        return { k: 'shape', unit: part.unit, shape: part.shape, env: bindParams(e, part.unit, params, explicit, undefined) };
      const arguments_ = given();
      const chosen = chooseOverload(e, constructorsOf(e, part), arguments_);
      const inner = chosen === undefined || chosen.unit !== part.unit ? undefined : inferFromArguments(e, chosen, arguments_, []);
      return { k: 'shape', unit: part.unit, shape: part.shape, env: inner ?? bindParams(e, part.unit, params, [], undefined) };
    }),
  );
}

/** The instance that `new F()` makes of a function: `function F() {}; F.prototype.m = …`. */
function madeByFunction(e: Evaluator, unit: Unit, fn: FunctionNumber): Type {
  e.touch(unit.functionFacet(fn));
  const binding = unit.extraction.bindings.find((candidate) => candidate.fn === fn && candidate.shapes !== undefined);
  const shape = binding?.shapes?.[0];
  return shape === undefined ? ANY : { k: 'shape', unit, shape, env: undefined };
}
