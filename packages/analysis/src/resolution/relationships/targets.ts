import type { BindingNumber, ExprNumber, NodeNumber, TypeNumber } from '../../extraction/numbers.ts';
import { addedMethod } from '../types/added-methods.ts';
import type { Evaluator } from '../program/evaluator.ts';
import { libraryBinding, visibleName } from '../types/globals.ts';
import { findMembers, type Found } from '../types/members.ts';
import { exported, importFrom, type Exported } from '../program/module-surface.ts';
import { partsOf, type Type } from '../program/type.ts';
import { typeOfExpression } from '../types/type-of-expression.ts';
import { aliasedName, pathOf } from '../types/type-of-type.ts';
import type { Unit } from '../program/unit.ts';

/** How a name was resolved: the `resolution` of a relationship. */
export type Resolution = 'lexical' | 'import' | 'this' | 'super' | 'static' | 'receiver' | 'extension' | 'global' | 'value' | 'scope';

/** The confidence of each resolution, from 0 to 1. */
export const CONFIDENCE: Readonly<Record<Resolution, number>> = {
  lexical: 1,
  import: 1,
  this: 0.98,
  super: 0.98,
  static: 0.98,
  receiver: 0.95,
  extension: 0.9,
  global: 0.9,
  value: 0.8,
  scope: 0.5,
};

/** A declaration that an expression or a written type names. */
export interface Target {
  readonly unit: Unit;
  readonly node: NodeNumber;
  readonly how: Resolution;
}

/** The result of resolving: declarations, or `external` if it leads out of the program, or nothing. */
export interface Resolved {
  readonly targets: readonly Target[];
  readonly external: boolean;
}

const NONE: Resolved = { targets: [], external: false };
const EXTERNAL: Resolved = { targets: [], external: true };
/** Steps from name to name that one resolution may take, over all its branches. Aliases may form a circle. */
const MAX_STEPS = 64;
interface Trail {
  left: number;
}

/** The declarations that an expression names. */
export function targetsOf(e: Evaluator, unit: Unit, number: ExprNumber, trail: Trail = { left: MAX_STEPS }): Resolved {
  if (trail.left-- <= 0) return NONE;
  const expr = unit.extraction.exprs[number]!;
  switch (expr[0]) {
    case 'name':
      return ofBinding(e, unit, expr[1], 'lexical', trail);
    case 'global':
      return ofGlobal(e, unit, expr[1], trail);
    case '.': {
      const object = typeOfExpression(e, unit, expr[1], undefined);
      return ofMembers(e, object, expr[2], receiverKind(unit, expr[1], object), trail);
    }
    case 'added': {
      const value = typeOfExpression(e, unit, expr[1], undefined);
      const method = addedMethod(e, unit, value, expr[2], expr[3]);
      if (method?.node === undefined) return value.k === 'external' ? EXTERNAL : NONE;
      return one(method.unit, method.node, method.fits ? 'extension' : 'scope');
    }
    case '[]': {
      const index = unit.extraction.exprs[expr[2]]!;
      if (index[0] !== 'text') return ofValue(e, unit, number);
      const object = typeOfExpression(e, unit, expr[1], undefined);
      return ofMembers(e, object, index[1], receiverKind(unit, expr[1], object), trail);
    }
    case 'or': {
      const all = (expr.slice(1) as ExprNumber[]).map((part) => targetsOf(e, unit, part, trail));
      return { targets: all.flatMap((each) => each.targets), external: all.some((each) => each.external) };
    }
    case 'else': {
      const first = targetsOf(e, unit, expr[1], trail);
      return first.targets.length > 0 ? first : targetsOf(e, unit, expr[2], trail);
    }
    case 'passed':
      return targetsOf(e, unit, expr[1], trail);
    case 'fn': {
      e.touch(unit.functionFacet(expr[1]));
      const { node } = unit.extraction.functions[expr[1]]!;
      return node === undefined ? NONE : one(unit, node, 'value');
    }
    case 'class':
    case 'This': {
      e.touch(unit.shapeFacet(expr[1]));
      const { node } = unit.extraction.shapes[expr[1]]!;
      return node === undefined ? NONE : one(unit, node, 'lexical');
    }
    case 'super':
    case 'Super': {
      e.touch(unit.shapeFacet(expr[1]));
      const { parent } = unit.extraction.shapes[expr[1]]!;
      return parent === undefined ? NONE : targetsOf(e, unit, parent.expr, trail);
    }
    case 'require':
    case 'import':
      return ofExported(e, importFrom(e, unit, { module: expr[1], name: 'export=' }), 'import', trail);
    default:
      return ofValue(e, unit, number);
  }
}

function one(unit: Unit, node: NodeNumber, how: Resolution): Resolved {
  return unit.isLibrary ? EXTERNAL : { targets: [{ unit, node, how }], external: false };
}

function ofBinding(e: Evaluator, unit: Unit, number: BindingNumber, how: Resolution, trail: Trail): Resolved {
  e.touch(unit.bindingFacet(number));
  const binding = unit.extraction.bindings[number]!;
  if (binding.from !== undefined) return ofExported(e, importFrom(e, unit, binding.from), 'import', trail);
  if (binding.node !== undefined) return one(unit, binding.node, how);
  // Another name for something that has a name: `const { parse } = parser`, `const run = this.run`.
  if (binding.init !== undefined && binding.type === undefined) {
    const found = targetsOf(e, unit, binding.init, trail);
    return how === 'import' || binding.implied === true || binding.alias !== undefined || found.targets.length === 0
      ? found
      : { ...found, targets: found.targets.map((target) => ({ ...target, how: 'value' as const })) };
  }
  return NONE;
}

/** A name that no scope of the file declares. Another file may declare it for all files. */
function ofGlobal(e: Evaluator, from: Unit, name: string, trail: Trail): Resolved {
  const visible = visibleName(e, from, name);
  if (visible !== undefined) return ofExported(e, visible, 'import', trail);
  e.touch(e.globals.facet(name));
  const declared = e.globals.of(name);
  // If several files declare it, which one counts depends on how the files are put together.
  if (declared.length !== 1) return EXTERNAL;
  const [{ unit, binding }] = declared as [(typeof declared)[0]];
  if (libraryBinding(e, name) !== undefined) return EXTERNAL;
  return ofBinding(e, unit, binding, 'global', trail);
}

function ofExported(e: Evaluator, found: Exported | undefined, how: Resolution, trail: Trail): Resolved {
  switch (found?.k) {
    case 'external':
      return EXTERNAL;
    case 'binding':
      return ofBinding(e, found.unit, found.binding, how, trail);
    case 'expr':
      return found.node === undefined ? targetsOf(e, found.unit, found.expr, trail) : one(found.unit, found.node, how);
    default:
      return NONE;
  }
}

function receiverKind(unit: Unit, number: ExprNumber, type: Type): Resolution {
  const expr = unit.extraction.exprs[number]!;
  if (expr[0] === 'this' || expr[0] === 'This') return 'this';
  if (expr[0] === 'super' || expr[0] === 'Super') return 'super';
  if (type.k === 'module') return 'import';
  return type.k === 'static' ? 'static' : 'receiver';
}

function ofMembers(e: Evaluator, object: Type, name: string, how: Resolution, trail: Trail): Resolved {
  if (object.k === 'external') return EXTERNAL;
  // f.call(…), f.apply(…) and f.bind(…) refer to f.
  if (object.k === 'fn' && (name === 'call' || name === 'apply' || name === 'bind')) return ofType(e, object);
  const all = findMembers(e, object, name).map((found) => ofFound(e, found, how, trail));
  const external = all.some((each) => each.external) || partsOf(object).some((part) => part.k === 'external');
  return { targets: all.flatMap((each) => each.targets), external };
}

function ofFound(e: Evaluator, found: Found, how: Resolution, trail: Trail): Resolved {
  if (found.k === 'exported') return ofExported(e, found.exported, 'import', trail);
  const { unit, member } = found;
  if (member.node !== undefined) return one(unit, member.node, how);
  if (member.binding !== undefined) return ofBinding(e, unit, member.binding, how, trail);
  if (member.init !== undefined) return targetsOf(e, unit, member.init, trail);
  return unit.isLibrary ? EXTERNAL : NONE;
}

/** The functions that a value may be, when it is called without a name. */
function ofValue(e: Evaluator, unit: Unit, number: ExprNumber): Resolved {
  const type = typeOfExpression(e, unit, number, undefined);
  return type.k === 'external' ? EXTERNAL : ofType(e, type);
}

function ofType(e: Evaluator, type: Type): Resolved {
  const targets: Target[] = [];
  for (const part of partsOf(type)) {
    if (part.k === 'fn') {
      e.touch(part.unit.functionFacet(part.fn));
      const { node } = part.unit.extraction.functions[part.fn]!;
      if (node !== undefined && !part.unit.isLibrary) targets.push({ unit: part.unit, node, how: 'value' });
    } else if (part.k === 'static') {
      e.touch(part.unit.shapeFacet(part.shape));
      const { node } = part.unit.extraction.shapes[part.shape]!;
      if (node !== undefined && !part.unit.isLibrary) targets.push({ unit: part.unit, node, how: 'value' });
    }
  }
  return { targets, external: partsOf(type).some((part) => part.k === 'external') };
}

/** The declaration that a written type names. */
export function typeTargets(e: Evaluator, unit: Unit, number: TypeNumber): Resolved {
  const type = unit.extraction.types[number]!;
  if (type[0] === 'import')
    return typeExported(e, importFrom(e, unit, { module: type[1], name: type[2] === '' ? '*' : type[2].split('.')[0]! }), 0);
  if (type[0] === 'global') return typeGlobal(e, type[1]);
  if (type[0] !== 'ref') return NONE;
  return typeBinding(e, unit, type[1], type[2] === '' ? [] : type[2].split('.'), 'lexical', 0);
}

function typeGlobal(e: Evaluator, name: string): Resolved {
  const [first = '', ...path] = name.split('.');
  e.touch(e.globals.facet(first));
  const declared = e.globals.of(first);
  const [only] = declared;
  return only === undefined || declared.length > 1 ? EXTERNAL : typeBinding(e, only.unit, only.binding, path, 'global', 0);
}

function typeBinding(e: Evaluator, unit: Unit, number: BindingNumber, path: readonly string[], how: Resolution, steps: number): Resolved {
  if (steps > MAX_STEPS) return NONE;
  e.touch(unit.bindingFacet(number));
  const binding = unit.extraction.bindings[number]!;
  if (binding.from !== undefined) return typeExported(e, importFrom(e, unit, binding.from), steps, path);
  const [first, ...rest] = path;
  const meant = (binding.typeNode ?? binding.node) === undefined ? aliasedName(unit, number) : undefined;
  if (meant !== undefined) return typeBinding(e, unit, meant[1], [...pathOf(meant[2]), ...path], how, steps + 1);
  if (first !== undefined) {
    if (binding.holder !== undefined) e.touch(unit.shapeFacet(binding.holder));
    const holder = binding.holder === undefined ? undefined : unit.extraction.shapes[binding.holder];
    const member = holder?.members.find((candidate) => candidate.name === first);
    if (member?.binding !== undefined) return typeBinding(e, unit, member.binding, rest, how, steps + 1);
    return member?.node === undefined ? NONE : one(unit, member.node, how);
  }
  const node = binding.typeNode ?? binding.node;
  return node === undefined ? NONE : one(unit, node, how);
}

function typeExported(e: Evaluator, found: Exported | undefined, steps: number, path: readonly string[] = []): Resolved {
  switch (found?.k) {
    case 'external':
      return EXTERNAL;
    case 'binding':
      return typeBinding(e, found.unit, found.binding, path, 'import', steps + 1);
    case 'module': {
      const [first, ...rest] = path;
      return first === undefined || steps > MAX_STEPS ? NONE : typeExported(e, exported(e, found.unit, first), steps + 1, rest);
    }
    case 'expr':
      return found.node === undefined ? NONE : one(found.unit, found.node, 'import');
    default:
      return NONE;
  }
}
