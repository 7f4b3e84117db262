import type { Binding } from '../../extraction/extraction.ts';
import { entriesOf, type BindingNumber } from '../../extraction/numbers.ts';
import type { Evaluator } from '../program/evaluator.ts';
import { exported, type Exported } from '../program/module-surface.ts';
import type { Unit } from '../program/unit.ts';
import { EXTERNAL, unionOf, type Type } from '../program/type.ts';
import { typeOfBinding } from './type-of-expression.ts';
import { declaredType, intersectionOf } from './type-of-type.ts';

/** Names for the global object itself. */
const GLOBAL_OBJECT: ReadonlySet<string> = new Set(['window', 'globalThis', 'self']);

/** What a name means that no scope of the file declares, if the file's framework makes it visible without an import. */
export function visibleName(e: Evaluator, unit: Unit, name: string): Exported | undefined {
  const { visible } = unit;
  if (visible === undefined || !('unit' in visible) || libraryBinding(e, name) !== undefined) return undefined;
  return exported(e, visible.unit, name);
}

/** The type of a name that no scope of the file declares and no framework makes visible. */
export function globalValue(e: Evaluator, name: string): Type {
  e.touch(e.globals.facet(name));
  const declared = e.globals.of(name).map(({ unit, binding }) => typeOfBinding(e, unit, binding, undefined));
  if (declared.length > 0) return unionOf(declared);
  if (GLOBAL_OBJECT.has(name)) return namedGlobalType(e, 'Window', []);
  const number = libraryBinding(e, name);
  return number === undefined ? EXTERNAL : typeOfBinding(e, e.library, number, undefined);
}

/** The type of a global name. If several files and the language declare an interface, the type combines them all. */
export function namedGlobalType(e: Evaluator, name: string, args: Type[]): Type {
  const [first = '', ...path] = name.split('.');
  e.touch(e.globals.facet(first));
  const declared = e.globals.of(first).map(({ unit, binding }) => declaredType(e, unit, binding, path, args, undefined));
  const number = libraryBinding(e, name);
  if (number !== undefined) declared.push(declaredType(e, e.library, number, [], args, undefined));
  return declared.length === 0 ? EXTERNAL : intersectionOf(declared);
}

const libraryNames = new Map<string, BindingNumber>();

/** The binding of a name that the language itself declares. */
export function libraryBinding(e: Evaluator, name: string): BindingNumber | undefined {
  if (libraryNames.size === 0) {
    // Outermost bindings come first, so a type parameter of the same name does not hide them.
    for (const [number, { name: known, shapes, alias, type, fn }] of entriesOf<BindingNumber, Binding>(e.library.extraction.bindings)) {
      const tells = (shapes ?? alias ?? type ?? fn) !== undefined;
      if (tells && !libraryNames.has(known)) libraryNames.set(known, number);
    }
  }
  return libraryNames.get(name);
}
