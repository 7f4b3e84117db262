import { ADDED_MIXINS, type Member } from '../../extraction/extraction.ts';
import type { BindingNumber, ExprNumber, ModuleNumber, ShapeNumber } from '../../extraction/numbers.ts';
import type { Env } from '../program/env.ts';
import type { Evaluator } from '../program/evaluator.ts';
import type { Found } from './members.ts';
import { importFrom } from '../program/module-surface.ts';
import { typeOfType } from './type-of-type.ts';
import { STARS, exportFacet, type Unit } from '../program/unit.ts';

/** What another file adds to a shape: a member, or a type that it inherits. */
interface Addition {
  readonly unit: Unit;
  readonly binding: BindingNumber;
}

/** Finds a member that another file adds to a shape. */
export function findExtension(e: Evaluator, unit: Unit, number: ShapeNumber, env: Env | undefined, name: string): Found | undefined {
  const [found] = additions(e, unit, number, name);
  if (found === undefined) return undefined;
  const { node, fn, type, init } = found.unit.extraction.bindings[found.binding]!;
  const member: Member = {
    name,
    ...(node === undefined ? {} : { node }),
    ...(fn === undefined ? {} : { fn }),
    ...(type === undefined ? {} : { type }),
    ...(init === undefined ? {} : { init }),
  };
  const { kind } = unit.extraction.shapes[number]!;
  return { k: 'member', unit: found.unit, member, env: found.unit === unit ? env : undefined, kind };
}

/** The types that a shape inherits according to other files, as expressions of those files. */
export function extensionMixins(e: Evaluator, unit: Unit, number: ShapeNumber): { unit: Unit; mixin: ExprNumber }[] {
  return additions(e, unit, number, ADDED_MIXINS).flatMap((found) => {
    const { init } = found.unit.extraction.bindings[found.binding]!;
    const expr = init === undefined ? undefined : found.unit.extraction.exprs[init]!;
    if (init === undefined || expr === undefined) return [];
    return (expr[0] === 'or' ? (expr.slice(1) as ExprNumber[]) : [init]).map((mixin) => ({ unit: found.unit, mixin }));
  });
}

function additions(e: Evaluator, unit: Unit, number: ShapeNumber, name: string): Addition[] {
  const { extended, name: own } = unit.extraction.shapes[number]!;
  if (extended === undefined || own === undefined) return [];
  const key = `${own}.${name}`;
  if (unit.extraction.shapes[number]!.blocks !== true) {
    const found = importFrom(e, unit, { module: extended, name: key });
    if (found?.k !== 'binding') return [];
    e.touch(found.unit.bindingFacet(found.binding));
    return [found];
  }
  return additionsOfBlocks(e, unit, number, extended, key);
}

/** Several types may have the same name. Each addition tells, through the names in its own file, which of them it extends. */
function additionsOfBlocks(e: Evaluator, unit: Unit, number: ShapeNumber, extended: ModuleNumber, key: string): Addition[] {
  const group = unit.modules[extended];
  if (group === undefined || !('unit' in group)) return [];
  e.touch(group.unit.facet(STARS));
  return group.unit.extraction.exports.flatMap((star): Addition[] => {
    const file = 'star' in star ? group.unit.modules[star.star] : undefined;
    if (file === undefined || !('unit' in file)) return [];
    e.touch(file.unit.facet(exportFacet(key)));
    const entry = file.unit.exportOf(key);
    if (entry === undefined || !('binding' in entry)) return [];
    e.touch(file.unit.bindingFacet(entry.binding));
    const { of } = file.unit.extraction.bindings[entry.binding]!;
    if (of === undefined) return [];
    const type = typeOfType(e, file.unit, of, undefined);
    return type.k === 'shape' && type.unit === unit && type.shape === number ? [{ unit: file.unit, binding: entry.binding }] : [];
  });
}
