import type { FunctionNumber, ShapeNumber } from '../../extraction/numbers.ts';
import type { Env } from './env.ts';
import type { Unit } from './unit.ts';

/** What the linker knows of a value or a type. Members are looked up on demand, so types may be recursive. */
export type Type =
  | { readonly k: 'any' }
  | { readonly k: 'prim'; readonly name: string }
  | { readonly k: 'text'; readonly value: string }
  /** An instance of a class or interface, or a literal. `above`: only members that it inherits count. */
  | { readonly k: 'shape'; readonly unit: Unit; readonly shape: ShapeNumber; readonly env: Env | undefined; readonly above?: true }
  /** A class, enum or namespace itself. */
  | { readonly k: 'static'; readonly unit: Unit; readonly shape: ShapeNumber }
  | { readonly k: 'fn'; readonly unit: Unit; readonly fn: FunctionNumber; readonly env: Env | undefined; readonly statics?: ShapeNumber }
  /** A value that `new` may be applied to, without a known class: `new () => T`. */
  | { readonly k: 'maker'; readonly unit: Unit; readonly fn: FunctionNumber; readonly env: Env | undefined }
  | { readonly k: 'union'; readonly of: readonly Type[] }
  | { readonly k: 'and'; readonly of: readonly Type[] }
  | { readonly k: 'tuple'; readonly of: readonly Type[] }
  /** An object whose members all have one type. */
  | { readonly k: 'record'; readonly value: Type }
  | { readonly k: 'module'; readonly unit: Unit }
  /** A value from a package. */
  | { readonly k: 'external' };

export const ANY: Type = { k: 'any' };
export const EXTERNAL: Type = { k: 'external' };
export const NOTHING: Type = { k: 'prim', name: 'nothing' };
export const STRING: Type = { k: 'prim', name: 'string' };
export const NUMBER: Type = { k: 'prim', name: 'number' };
export const BOOLEAN: Type = { k: 'prim', name: 'boolean' };

/** A flat union without repetitions. Parts that tell nothing are left out: `undefined`, `null`, and unknown types beside known ones. */
export function unionOf(types: readonly Type[]): Type {
  const parts: Type[] = [];
  for (const type of types)
    for (const part of type.k === 'union' ? type.of : [type]) if (!parts.some((known) => sameType(known, part))) parts.push(part);
  const telling = parts.filter((part) => part.k !== 'any' && !(part.k === 'prim' && part.name === 'nothing'));
  if (telling.length === 0) return parts[0] ?? ANY;
  return telling.length === 1 ? telling[0]! : { k: 'union', of: telling.slice(0, 24) };
}

export function sameType(a: Type, b: Type): boolean {
  if (a === b) return true;
  if (a.k !== b.k) return false;
  switch (a.k) {
    case 'any':
    case 'external':
      return true;
    case 'prim':
      return a.name === (b as typeof a).name;
    case 'text':
      return a.value === (b as typeof a).value;
    case 'shape':
      return (
        a.unit === (b as typeof a).unit &&
        a.shape === (b as typeof a).shape &&
        a.env === (b as typeof a).env &&
        a.above === (b as typeof a).above
      );
    case 'static':
      return a.unit === (b as typeof a).unit && a.shape === (b as typeof a).shape;
    case 'fn':
    case 'maker':
      return a.unit === (b as typeof a).unit && a.fn === (b as typeof a).fn && a.env === (b as typeof a).env;
    case 'module':
      return a.unit === (b as typeof a).unit;
    default:
      return false;
  }
}

export function partsOf(type: Type): readonly Type[] {
  return type.k === 'union' || type.k === 'and' ? type.of : [type];
}
