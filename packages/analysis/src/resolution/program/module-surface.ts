import type { ImportedName } from '../../extraction/extraction.ts';
import type { BindingNumber, ExprNumber, NodeNumber } from '../../extraction/numbers.ts';
import type { Evaluator } from './evaluator.ts';
import { EXPORTS, STARS, exportFacet, type Facet, type Unit } from './unit.ts';

/** What an exported name refers to. */
export type Exported =
  | { readonly k: 'binding'; readonly unit: Unit; readonly binding: BindingNumber }
  | { readonly k: 'expr'; readonly unit: Unit; readonly expr: ExprNumber; readonly node: NodeNumber | undefined }
  | { readonly k: 'module'; readonly unit: Unit }
  | { readonly k: 'external'; readonly packageId?: string; readonly name?: string };

/**
 * Resolves `import { name } from` a module of a unit, through re-exports of every kind.
 *
 * @param name `default`, `*` for the module itself, or `export=`
 * @returns undefined if it leads nowhere
 */
export function importFrom(e: Evaluator, unit: Unit, from: ImportedName): Exported | undefined {
  const { module, name } = from;
  const target = unit.modules[module];
  const found =
    target !== undefined && 'unit' in target && name !== '*' ? exported(e, target.unit, name) : throughFrom(e, unit, from, new Set());
  if (found !== undefined || name !== 'export=' || target === undefined || !('unit' in target)) return found;
  return { k: 'module', unit: target.unit };
}

/** Resolves a name that a unit exports. */
export function exported(e: Evaluator, unit: Unit, name: string): Exported | undefined {
  return e.lookUp(unit, name, () => lookUp(e, unit, name, new Set()));
}

/**
 * @param asked facets already visited on this path; visiting one again would be a circle
 * @param byStar whether the name is looked up through `export *`: then hidden names do not count
 */
function lookUp(e: Evaluator, unit: Unit, name: string, asked: Set<Facet>, byStar = false): Exported | undefined {
  const facet = unit.facet(exportFacet(name));
  if (asked.has(facet)) return undefined;
  asked.add(facet);
  e.touch(facet);
  const entry = unit.exportOf(name);
  if (entry !== undefined && 'name' in entry && !(byStar && entry.hidden === true)) {
    if ('from' in entry) return throughFrom(e, unit, entry.from, asked);
    if ('binding' in entry) return throughBinding(e, unit, entry.binding, asked);
    return { k: 'expr', unit, expr: entry.expr, node: entry.node };
  }
  // A default import of a CommonJS module is the whole of its exports.
  if (name === 'default' && has(e, unit, 'export=')) return lookUp(e, unit, 'export=', asked);
  if (name === 'default' || name === 'export=') return undefined;
  e.touch(unit.facet(STARS));
  let external: Exported | undefined;
  for (const star of unit.extraction.exports) {
    if (!('star' in star)) continue;
    const target = unit.modules[star.star];
    if (target === undefined) continue;
    const found = 'packageId' in target ? ofPackage(e, target, name) : lookUp(e, target.unit, name, asked, star.hidden === undefined);
    if (found?.k === 'external') external = found;
    else if (found !== undefined) return found;
  }
  return external;
}

function throughFrom(e: Evaluator, unit: Unit, { module, name }: ImportedName, asked: Set<Facet>): Exported | undefined {
  const target = unit.modules[module];
  if (target === undefined) return undefined;
  if ('packageId' in target) return ofPackage(e, target, name);
  return name === '*' ? { k: 'module', unit: target.unit } : lookUp(e, target.unit, name, asked);
}

/** A name of an outside package. The linker knows declarations of a few packages. */
function ofPackage(e: Evaluator, { packageId, known }: { packageId: string; known: Unit | undefined }, name: string): Exported {
  const external: Exported = { k: 'external', packageId, name };
  if (known === undefined) return external;
  return (name === '*' ? { k: 'module', unit: known } : exported(e, known, name)) ?? external;
}

/** Resolves an exported binding, through its import if it has one: `import { a } from 'x'; export { a }`. */
function throughBinding(e: Evaluator, unit: Unit, number: BindingNumber, asked: Set<Facet>): Exported | undefined {
  e.touch(unit.bindingFacet(number));
  const { from } = unit.extraction.bindings[number]!;
  return from === undefined ? { k: 'binding', unit, binding: number } : throughFrom(e, unit, from, asked);
}

/** Whether the unit itself exports a name. */
export function has(e: Evaluator, unit: Unit, name: string): boolean {
  e.touch(unit.facet(exportFacet(name)));
  return unit.exportOf(name) !== undefined;
}

/** Every name that a unit exports, including those of its `export *`. */
export function exportedNames(e: Evaluator, unit: Unit, seen = new Set<Unit>()): Set<string> {
  e.touch(unit.facet(EXPORTS));
  e.touch(unit.facet(STARS));
  const names = new Set<string>();
  if (seen.has(unit)) return names;
  seen.add(unit);
  for (const entry of unit.extraction.exports) {
    if (entry.hidden !== undefined) continue;
    if ('name' in entry) names.add(entry.name);
    else {
      const target = unit.modules[entry.star];
      if (target === undefined || 'packageId' in target) continue;
      for (const name of exportedNames(e, target.unit, seen)) if (name !== 'default') names.add(name);
    }
  }
  return names;
}
