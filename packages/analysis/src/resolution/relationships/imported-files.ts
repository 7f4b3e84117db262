import type { Binding } from '../../extraction/extraction.ts';
import { entriesOf, type BindingNumber, type ModuleNumber } from '../../extraction/numbers.ts';
import type { Evaluator } from '../program/evaluator.ts';
import { NAMED } from '../../extraction/specifiers/go.ts';
import { SELF } from '../../extraction/specifiers/self.ts';
import { exported } from '../program/module-surface.ts';
import { STARS, exportFacet, type Unit } from '../program/unit.ts';

/**
 * The files that an import of a package of several files refers to: the file that represents the package, if any, and each file with a
 * name that the importing file takes from it.
 */
export function filesOfImport(e: Evaluator, unit: Unit, module: ModuleNumber): Set<Unit> {
  const files = new Set<Unit>();
  const target = unit.modules[module];
  if (target === undefined || !('unit' in target)) return files;
  speaker(e, target.unit, files);
  for (const name of namesTaken(e, unit, module)) {
    e.touch(target.unit.facet(exportFacet(name)));
    const entry = target.unit.exportOf(name);
    if (entry !== undefined && 'from' in entry) addModule(e, target.unit, entry.from.module, files);
    else for (const star of starsOf(target.unit)) if (star.isGroup) addNamed(e, star, name, files);
  }
  addStarred(e, unit, module, target.unit, files);
  files.delete(unit);
  return files;
}

/** For `import *`: adds the files of those starred names that the importing file uses. */
function addStarred(e: Evaluator, unit: Unit, module: ModuleNumber, group: Unit, files: Set<Unit>): void {
  const { bindings, exports } = unit.extraction;
  if (!exports.some((entry) => 'star' in entry && entry.star === module)) return;
  for (const { from } of bindings) {
    if (from === undefined || unit.specifiers[from.module] !== SELF) continue;
    const { name } = from;
    const file = fileWith(e, group, name);
    if (file === undefined) continue;
    const found = exported(e, unit, name);
    if (found?.k === 'binding' && found.unit === file) files.add(file);
  }
}

/** The file that declares a name, in a group or in a group that it re-exports. */
function fileWith(e: Evaluator, group: Unit, name: string): Unit | undefined {
  e.touch(group.facet(exportFacet(name)));
  const entry = group.exportOf(name);
  const target = entry !== undefined && 'from' in entry ? group.modules[entry.from.module] : undefined;
  if (target !== undefined && 'unit' in target) return target.unit;
  e.touch(group.facet(STARS));
  for (const star of starsOf(group)) {
    const found = star.isGroup ? fileWith(e, star, name) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function addNamed(e: Evaluator, group: Unit, name: string, files: Set<Unit>): void {
  e.touch(group.facet(exportFacet(name)));
  const entry = group.exportOf(name);
  if (entry !== undefined && 'from' in entry) addModule(e, group, entry.from.module, files);
}

function addModule(e: Evaluator, group: Unit, module: ModuleNumber, files: Set<Unit>): void {
  const target = group.modules[module];
  if (target === undefined || !('unit' in target)) return;
  if (target.unit.isGroup) speaker(e, target.unit, files);
  else files.add(target.unit);
}

/** Adds the file that represents a group, such as `__init__.py`. */
function speaker(e: Evaluator, group: Unit, files: Set<Unit>): void {
  e.touch(group.facet(STARS));
  for (const star of starsOf(group)) if (!star.isGroup) files.add(star);
}

function starsOf(group: Unit): Unit[] {
  return group.extraction.exports.flatMap((entry) => {
    const target = 'star' in entry ? group.modules[entry.star] : undefined;
    return target !== undefined && 'unit' in target ? [target.unit] : [];
  });
}

/** Bindings that refer to the whole package by the name that it gives itself. */
function ownNames(e: Evaluator, unit: Unit, module: ModuleNumber): BindingNumber[] {
  const target = unit.modules[module];
  const named = NAMED + unit.specifiers[module]!;
  const { bindings, exports } = unit.extraction;
  if (target === undefined || !('unit' in target) || !exports.some((entry) => 'star' in entry && unit.specifiers[entry.star] === named))
    return [];
  return ([...bindings.keys()] as BindingNumber[]).filter((number) => {
    const { from } = bindings[number]!;
    if (from === undefined || unit.specifiers[from.module] !== SELF) return false;
    const found = exported(e, unit, from.name);
    return found?.k === 'module' && found.unit === target.unit;
  });
}

/** The names that a file takes from a package: by import, or as a member: `from a import b`, `a.b`. */
function namesTaken(e: Evaluator, unit: Unit, module: ModuleNumber): Set<string> {
  const names = new Set<string>();
  const whole = new Set(ownNames(e, unit, module));
  const { bindings, exprs, types } = unit.extraction;
  for (const [number, { from }] of entriesOf<BindingNumber, Binding>(bindings)) {
    if (from?.module !== module) continue;
    if (from.name === '*') whole.add(number);
    else names.add(from.name);
  }
  if (whole.size === 0) return names;
  for (const expr of exprs) {
    if (expr[0] !== '.') continue;
    const object = exprs[expr[1]]!;
    if (object[0] === 'name' && whole.has(object[1])) names.add(expr[2]);
  }
  for (const type of types) if (type[0] === 'ref' && type[2] !== '' && whole.has(type[1])) names.add(type[2].split('.')[0]!);
  return names;
}
