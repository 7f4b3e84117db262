import type { FunctionNumber, NodeNumber } from '../../extraction/numbers.ts';
import type { Evaluator } from '../program/evaluator.ts';
import { takes } from './functions.ts';
import { exported } from '../program/module-surface.ts';
import { partsOf, type Type } from '../program/type.ts';
import { typeOfExpression } from './type-of-expression.ts';
import { typeOfType } from './type-of-type.ts';
import type { Unit } from '../program/unit.ts';

/** An extension method: it is called like the value's own method, and the value is its first parameter. */
export interface AddedMethod {
  readonly unit: Unit;
  readonly fn: FunctionNumber;
  readonly node: NodeNumber | undefined;
  /** Whether the value is known to have the parameter's type. */
  readonly fits: boolean;
}

const MAX_DEPTH = 24;
/** The type of a string literal in the code. */
const TEXT = 'System.string';

/**
 * Finds the extension method that `value.name(...)` calls if the value's own type has no such method.
 *
 * A method counts if the calling file can name its type and if it takes `args` arguments. The first method whose parameter is known to
 * fit the value is returned. If none is known to fit, the first that may fit is returned, provided that one type declares all that may
 * fit.
 *
 * @param name as in `Extraction.globals`
 */
export function addedMethod(e: Evaluator, unit: Unit, value: Type, name: string, args: number): AddedMethod | undefined {
  if (value.k === 'static') return undefined;
  e.touch(e.globals.facet(name));
  const possible: (AddedMethod & { readonly type: string })[] = [];
  for (const { unit: other, binding } of e.globals.of(name)) {
    e.touch(other.bindingFacet(binding));
    const holder = other.extraction.bindings[binding]!.holder!;
    for (const { name: type, fn, node } of other.extraction.shapes[holder]!.members) {
      const [first, ...others] = fn === undefined ? [] : other.extraction.functions[fn]!.params;
      if (fn === undefined || !takes(others, args)) continue;
      const seen = exported(e, unit, type);
      if (seen?.k !== 'binding' || seen.unit !== other) continue;
      const wanted = first?.type;
      const fits = wanted === undefined ? undefined : isOf(e, value, typeOfType(e, other, wanted, undefined));
      if (fits === true) return { unit: other, fn, node, fits };
      if (fits === undefined) possible.push({ unit: other, fn, node, fits: false, type });
    }
  }
  const [first] = possible;
  return possible.every(({ unit: other, type }) => other === first?.unit && type === first.type) ? first : undefined;
}

/** Undefined if the linker can't tell. */
function isOf(e: Evaluator, value: Type, wanted: Type): boolean | undefined {
  const fits = partsOf(value).map((part) => isPartOf(e, part, wanted));
  if (fits.includes(true)) return true;
  return fits.includes(undefined) ? undefined : false;
}

function isPartOf(e: Evaluator, value: Type, wanted: Type): boolean | undefined {
  if (value.k === 'any' || value.k === 'external' || wanted.k === 'external') return undefined;
  // A type parameter accepts any value.
  if (wanted.k === 'any') return true;
  if (wanted.k === 'prim') return value.k === 'text' ? wanted.name === TEXT : value.k === 'prim' && value.name === wanted.name;
  if (wanted.k !== 'shape') return undefined;
  return value.k === 'shape' ? inherits(e, value, wanted, 0) : false;
}

function inherits(e: Evaluator, type: Type & { k: 'shape' }, wanted: Type & { k: 'shape' }, depth: number): boolean {
  const { unit, shape, env } = type;
  if (unit === wanted.unit && shape === wanted.shape) return true;
  if (depth > MAX_DEPTH) return false;
  e.touch(unit.shapeFacet(shape));
  return (unit.extraction.shapes[shape]!.mixins ?? []).some((mixin) =>
    partsOf(typeOfExpression(e, unit, mixin, env)).some((part) => part.k === 'shape' && inherits(e, part, wanted, depth + 1)),
  );
}
