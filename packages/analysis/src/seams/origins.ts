import type { BindingNumber, ExprNumber, FunctionNumber, ShapeNumber, TypeNumber } from '../extraction/numbers.ts';
import type { Evaluator } from '../resolution/program/evaluator.ts';
import { visibleName } from '../resolution/types/globals.ts';
import { findMembers, type Found } from '../resolution/types/members.ts';
import { exported, importFrom, type Exported } from '../resolution/program/module-surface.ts';
import { nodeId } from '../resolution/relationships/node-id.ts';
import { targetsOf, type Target } from '../resolution/relationships/targets.ts';
import { typeOfExpression } from '../resolution/types/type-of-expression.ts';
import type { Unit } from '../resolution/program/unit.ts';

/**
 * Where a value comes from.
 *
 * `by` says how the value is created, starting with a name that a package exports: `npm/express:Router()`, `pypi/fastapi:APIRouter()`,
 * `golang/github.com/gin-gonic/gin:Default().Group()`. A value with an annotated type counts as created by that type. `param` and
 * `result` stand for parameters and results of functions of the program.
 */
export interface Origin {
  readonly by: string;
  /**
   * Where the value is kept. The same value has the same key in all files. A value that is kept nowhere has a key that is valid only
   * inside its file.
   */
  readonly key: string;
  readonly unit: Unit;
  /** The call that created it, as an expression of its unit. */
  readonly call?: ExprNumber;
  /** The value that a method was called on, or that a member was taken from. */
  readonly of?: Origin;
}

const MAX_DEPTH = 40;
/** Methods that return the value they are called on, as far as routes and requests are concerned. */
const TRANSPARENT = /^(?:__enter__|__aenter__|ready|then)$/;

export function originOf(e: Evaluator, unit: Unit, number: ExprNumber, depth = 0): Origin | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const expr = unit.extraction.exprs[number]!;
  const of = (other: ExprNumber): Origin | undefined => originOf(e, unit, other, depth + 1);
  switch (expr[0]) {
    case 'name':
      return ofBinding(e, unit, expr[1], depth);
    case 'global': {
      const visible = visibleName(e, unit, expr[1]);
      if (visible !== undefined) return ofExported(e, unit, visible, depth);
      return { by: `global:${expr[1]}`, key: `global:${expr[1]}`, unit };
    }
    case 'import':
    case 'require':
      return ofExported(e, unit, importFrom(e, unit, { module: expr[1], name: 'export=' }), depth);
    case '.': {
      const object = of(expr[1]);
      if (object !== undefined && isOutside(object)) return member(object, expr[2]);
      const found = findMembers(e, typeOfExpression(e, unit, expr[1], undefined), expr[2])[0];
      return found === undefined ? undefined : ofFound(e, unit, found, depth);
    }
    case 'call':
    case 'make':
    case 'new':
      return ofCall(e, unit, number, depth);
    case 'or':
    case 'else': {
      for (const part of expr.slice(1) as ExprNumber[]) {
        const origin = of(part);
        if (origin !== undefined) return origin;
      }
      return undefined;
    }
    case 'await':
    case 'nonnull':
    case 'each':
      return of(expr[1]);
    case 'as':
      return ofType(e, unit, expr[1], `${unit.path}\0t${String(number)}`, depth);
    case 'param':
      return ofParam(e, unit, expr[1], expr[2], depth);
    case 'fn':
      return { by: 'fn', key: functionKey(unit, expr[1]), unit };
    default:
      return undefined;
  }
}

export function functionKey(unit: Unit, fn: FunctionNumber): string {
  const { node } = unit.extraction.functions[fn]!;
  return node === undefined ? `${unit.path}\0f${String(fn)}` : nodeId(unit, node);
}

/** Whether the value comes from a package or from the language itself. */
export function isOutside({ by }: Origin): boolean {
  return by !== 'param' && by !== 'result' && by !== 'fn';
}

function member(object: Origin, called: string): Origin {
  // Overloads are distinguished by their number of arguments: `name/2`.
  const name = called.replace(/\/\d+$/, '');
  return { by: `${object.by}${object.by.endsWith(':') ? '' : '.'}${name}`, key: `${object.key}.${name}`, unit: object.unit, of: object };
}

function ofCall(e: Evaluator, unit: Unit, number: ExprNumber, depth: number): Origin | undefined {
  const [, calleeNumber, args] = unit.extraction.exprs[number] as ['call', ExprNumber, ExprNumber[], TypeNumber[]];
  const callee = originOf(e, unit, calleeNumber, depth + 1);
  const key = `${unit.path}\0e${String(number)}`;
  if (callee !== undefined && isOutside(callee)) {
    const name = callee.by.slice(callee.by.lastIndexOf('.') + 1);
    if (callee.of !== undefined && TRANSPARENT.test(name)) return callee.of;
    // Angular: `inject(HttpClient)` returns an HttpClient.
    if (callee.by === 'npm/@angular/core:inject' && args[0] !== undefined) {
      const token = originOf(e, unit, args[0], depth + 1);
      return token === undefined ? undefined : { ...token, by: `${token.by}()`, key };
    }
    return { by: `${callee.by}()`, key, unit, call: number, ...(callee.of === undefined ? {} : { of: callee.of }) };
  }
  const { targets } = targetsOf(e, unit, calleeNumber);
  const [target] = targets;
  const base = targets.length === 1 ? baseOf(e, target!, depth) : undefined;
  if (base !== undefined) return { by: `${base.by}()`, key, unit, call: number };
  return targets.length !== 1 ? undefined : { by: 'result', key: `${nodeId(target!.unit, target!.node)}()`, unit, call: number };
}

/** The class of a package that a class of the program extends, however many of its own classes are between: `class UserRouter(APIRouter)`. */
function baseOf(e: Evaluator, { unit, node }: Pick<Target, 'unit' | 'node'>, depth: number): Origin | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const number = unit.extraction.shapes.findIndex((shape) => shape.node === node && shape.kind === 'class') as ShapeNumber;
  const shape = unit.extraction.shapes[number];
  if (shape === undefined) return undefined;
  e.touch(unit.shapeFacet(number));
  for (const parent of [...(shape.parent === undefined ? [] : [shape.parent.expr]), ...(shape.mixins ?? [])]) {
    const base = originOf(e, unit, parent, depth + 1);
    if (base !== undefined && isOutside(base)) return base;
    const { targets } = targetsOf(e, unit, parent);
    const found = targets.length === 1 ? baseOf(e, targets[0]!, depth + 1) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function ofBinding(e: Evaluator, unit: Unit, number: BindingNumber, depth: number): Origin | undefined {
  e.touch(unit.bindingFacet(number));
  const binding = unit.extraction.bindings[number]!;
  // A declaration that the linker knows of a package.
  if (unit.isLibrary && unit.path.startsWith('pkg:')) {
    const by = `${unit.path.slice('pkg:'.length)}:${binding.name}`;
    return { by, key: by, unit };
  }
  if (binding.from !== undefined) return ofExported(e, unit, importFrom(e, unit, binding.from), depth);
  const { surface } = unit.extraction;
  const isTop = surface.parts[surface.bindings[number] ?? -1] === binding.name;
  const key = isTop ? `${unit.path}#${binding.name}` : `${unit.path}\0b${String(number)}`;
  if (binding.type !== undefined) {
    const origin = ofType(e, unit, binding.type, key, depth);
    if (origin !== undefined) return origin;
  }
  if (binding.fn !== undefined) return { by: 'fn', key: functionKey(unit, binding.fn), unit };
  return binding.init === undefined ? undefined : kept(originOf(e, unit, binding.init, depth + 1), unit, key);
}

/** A value that was created in place gets its key from where it is kept. */
function kept(origin: Origin | undefined, unit: Unit, key: string): Origin | undefined {
  return origin?.key.startsWith(`${unit.path}\0e`) === true ? { ...origin, key } : origin;
}

function ofExported(e: Evaluator, unit: Unit, found: Exported | undefined, depth: number): Origin | undefined {
  switch (found?.k) {
    case 'external': {
      if (found.packageId === undefined) return undefined;
      const name = /^(?:default|\*|export=)$/.test(found.name ?? '') ? '' : found.name;
      const by = `${found.packageId.slice('pkg:'.length)}:${name ?? ''}`;
      return { by, key: by, unit };
    }
    case 'binding':
      return ofBinding(e, found.unit, found.binding, depth + 1);
    case 'expr':
      return kept(originOf(e, found.unit, found.expr, depth + 1), found.unit, `${found.unit.path}#default`);
    default:
      return undefined;
  }
}

function ofFound(e: Evaluator, from: Unit, found: Found, depth: number): Origin | undefined {
  if (found.k === 'exported') return ofExported(e, from, found.exported, depth);
  const { unit, member: record } = found;
  const key = record.node === undefined ? `${unit.path}#.${record.name}` : nodeId(unit, record.node);
  const typed = record.type === undefined ? undefined : ofType(e, unit, record.type, key, depth);
  if (typed !== undefined) return typed;
  if (record.init !== undefined) return kept(originOf(e, unit, record.init, depth + 1), unit, key);
  return record.binding === undefined ? undefined : ofBinding(e, unit, record.binding, depth + 1);
}

function ofParam(e: Evaluator, unit: Unit, fn: FunctionNumber, index: number, depth: number): Origin {
  e.touch(unit.functionFacet(fn));
  const param = unit.extraction.functions[fn]!.params[index];
  const key = `${functionKey(unit, fn)}(${String(index)})`;
  const typed = param?.type === undefined ? undefined : ofType(e, unit, param.type, key, depth);
  return typed ?? { by: 'param', key, unit };
}

/** The origin of a value with a written type. */
function ofType(e: Evaluator, unit: Unit, number: TypeNumber, key: string, depth: number): Origin | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const type = unit.extraction.types[number]!;
  if (type[0] === 'union' || type[0] === 'and') {
    for (const part of type.slice(1) as TypeNumber[]) {
      const origin = ofType(e, unit, part, key, depth + 1);
      if (origin !== undefined) return origin;
    }
    return undefined;
  }
  if (type[0] !== 'ref') return undefined;
  const path = type[2] === '' ? [] : type[2].split('.');
  const named = typeName(e, unit, type[1], path);
  return named === undefined ? undefined : { by: `${named}()`, key, unit };
}

function typeName(e: Evaluator, unit: Unit, number: BindingNumber, path: readonly string[]): string | undefined {
  e.touch(unit.bindingFacet(number));
  const binding = unit.extraction.bindings[number]!;
  if (binding.from === undefined) {
    // `const http = require('http')` and a type of it.
    const origin = binding.init === undefined ? undefined : originOf(e, unit, binding.init, MAX_DEPTH - 2);
    return origin === undefined || origin.call !== undefined || !isOutside(origin)
      ? undefined
      : [origin.by, ...path].join('.').replace(':.', ':');
  }
  const found = importFrom(e, unit, binding.from);
  if (found?.k === 'module' && path.length > 0) {
    const inner = exported(e, found.unit, path[0]!);
    return inner?.k === 'external' ? typeOfExternal(inner, path.slice(1)) : undefined;
  }
  return found?.k === 'external' ? typeOfExternal(found, path) : undefined;
}

function typeOfExternal({ packageId, name }: Extract<Exported, { k: 'external' }>, path: readonly string[]): string | undefined {
  if (packageId === undefined) return undefined;
  const own = /^(?:default|\*|export=)$/.test(name ?? '') ? [] : [name!];
  return `${packageId.slice('pkg:'.length)}:${[...own, ...path].join('.')}`;
}
