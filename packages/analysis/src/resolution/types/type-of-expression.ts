import type { BindingNumber, ExprNumber, FunctionNumber } from '../../extraction/numbers.ts';
import { addedMethod } from './added-methods.ts';
import { callOrInstance, callResult, instanceMade } from './call-result.ts';
import type { Env } from '../program/env.ts';
import type { Evaluator } from '../program/evaluator.ts';
import { globalValue, visibleName } from './globals.ts';
import { signaturesOf, paramType } from './functions.ts';
import { elementOf, memberType, indexed } from './members.ts';
import { exported, has, importFrom, type Exported } from '../program/module-surface.ts';
import { ANY, EXTERNAL, unionOf, type Type } from '../program/type.ts';
import { arrayOf, awaited, promiseOf, typeOfType } from './type-of-type.ts';
import { EXPR, type Unit } from '../program/unit.ts';

export function typeOfExpression(e: Evaluator, unit: Unit, number: ExprNumber, env: Env | undefined): Type {
  const expr = unit.extraction.exprs[number]!;
  switch (expr[0]) {
    case 'any':
      return ANY;
    case 'prim':
      return { k: 'prim', name: expr[1] };
    case 'text':
      return { k: 'text', value: expr[1] };
    case 'this':
    case 'object':
      return { k: 'shape', unit, shape: expr[1], env };
    case 'This':
    case 'class':
      return { k: 'static', unit, shape: expr[1] };
    case 'fn':
      return { k: 'fn', unit, fn: expr[1], env };
    default:
      return e.derive(EXPR, unit, number, env, () => derived(e, unit, number, env));
  }
}

function derived(e: Evaluator, unit: Unit, number: ExprNumber, env: Env | undefined): Type {
  const expr = unit.extraction.exprs[number]!;
  const of = (other: ExprNumber): Type => typeOfExpression(e, unit, other, env);
  switch (expr[0]) {
    case 'name':
      return typeOfBinding(e, unit, expr[1], env);
    case 'global': {
      const visible = visibleName(e, unit, expr[1]);
      return visible === undefined ? globalValue(e, expr[1]) : typeOfExported(e, visible);
    }
    case '.':
      return memberType(e, of(expr[1]), expr[2]);
    case 'added': {
      const value = of(expr[1]);
      const method = addedMethod(e, unit, value, expr[2], expr[3]);
      if (method === undefined) return value.k === 'external' ? EXTERNAL : ANY;
      return returnsAlways(e, method.unit, method.fn);
    }
    case '[]':
      return indexed(e, of(expr[1]), of(expr[2]));
    case 'call':
      return callResult(e, unit, expr, env);
    case 'make':
      return callOrInstance(e, unit, expr, env);
    case 'new':
      return instanceMade(e, unit, expr, env);
    case 'super':
    case 'Super': {
      e.touch(unit.shapeFacet(expr[1]));
      const { parent, mixins } = unit.extraction.shapes[expr[1]]!;
      if (mixins !== undefined) return { k: 'shape', unit, shape: expr[1], env, above: true };
      if (parent === undefined) return ANY;
      const type = of(parent.expr);
      if (type.k !== 'static' || expr[0] === 'Super') return type;
      return { k: 'shape', unit: type.unit, shape: type.shape, env: undefined };
    }
    case 'await':
      return awaited(e, of(expr[1]));
    case 'as':
      return typeOfType(e, unit, expr[1], env);
    case 'nonnull':
    case 'rest':
    case 'spread':
      return of(expr[1]);
    case 'lit':
      return of(expr[2]);
    case 'concat':
      return of(expr[1]);
    case 'or':
      return unionOf(expr.slice(1).map((part) => of(part as ExprNumber)));
    case 'else': {
      const type = of(expr[1]);
      return type.k === 'any' || type.k === 'external' || (type.k === 'prim' && type.name === 'nothing') ? of(expr[2]) : type;
    }
    case 'array':
      return arrayOf(e, unionOf((expr.slice(1) as ExprNumber[]).map((part) => element(e, unit, part, env))));
    case 'each':
      return elementOf(e, of(expr[1]));
    case 'at': {
      const list = of(expr[1]);
      return list.k === 'tuple' ? (list.of[expr[2]] ?? ANY) : elementOf(e, list);
    }
    case 'param':
      return paramType(e, unit, expr[1], expr[2], env);
    case 'import':
      return promiseOf(e, typeOfExported(e, importFrom(e, unit, { module: expr[1], name: '*' })));
    case 'require':
      return typeOfExported(e, importFrom(e, unit, { module: expr[1], name: 'export=' }));
    case 'passed':
      return passed(e, of(expr[1]), of(expr[2]), expr[3]);
    case 'instance': {
      const maker = of(expr[2]);
      return maker.k === 'static' ? { k: 'shape', unit: maker.unit, shape: maker.shape, env: undefined } : of(expr[1]);
    }
    default:
      return ANY;
  }
}

/** A function whose result does not depend on the arguments. Its first argument is not among those of the call. */
function returnsAlways(e: Evaluator, unit: Unit, fn: FunctionNumber): Type {
  e.touch(unit.functionFacet(fn));
  return unit.extraction.functions[fn]!.typeParams === undefined ? { k: 'fn', unit, fn, env: undefined } : ANY;
}

function element(e: Evaluator, unit: Unit, number: ExprNumber, env: Env | undefined): Type {
  const expr = unit.extraction.exprs[number]!;
  if (expr[0] === 'spread') return elementOf(e, typeOfExpression(e, unit, expr[1], env));
  return typeOfExpression(e, unit, number, env);
}

function passed(e: Evaluator, value: Type, test: Type, argument: number): Type {
  for (const signature of signaturesOf(e, test)) {
    const { predicate } = signature.unit.extraction.functions[signature.fn]!;
    if (predicate?.param === argument) {
      const narrowed = typeOfType(e, signature.unit, predicate.type, signature.env);
      return narrowed.k === 'any' ? value : narrowed;
    }
  }
  return value;
}

/** The type that a name of a unit has as a value. */
export function typeOfBinding(e: Evaluator, unit: Unit, number: BindingNumber, env: Env | undefined): Type {
  e.touch(unit.bindingFacet(number));
  const binding = unit.extraction.bindings[number]!;
  if (binding.from !== undefined) return typeOfExported(e, importFrom(e, unit, binding.from));
  if (binding.type !== undefined) return typeOfType(e, unit, binding.type, env);
  if (binding.fn !== undefined) return { k: 'fn', unit, fn: binding.fn, env };
  if (binding.holder !== undefined) return { k: 'static', unit, shape: binding.holder };
  return binding.init === undefined ? ANY : typeOfExpression(e, unit, binding.init, env);
}

export function typeOfExported(e: Evaluator, found: Exported | undefined): Type {
  switch (found?.k) {
    case undefined:
      return ANY;
    case 'external':
      return EXTERNAL;
    case 'module': {
      const whole = has(e, found.unit, 'export=') ? exported(e, found.unit, 'export=') : undefined;
      return whole === undefined || whole.k === 'module' ? { k: 'module', unit: found.unit } : typeOfExported(e, whole);
    }
    case 'binding':
      return typeOfBinding(e, found.unit, found.binding, undefined);
    case 'expr':
      return typeOfExpression(e, found.unit, found.expr, undefined);
  }
}
