import type { ExprNumber } from '../extraction/numbers.ts';
import { partsOf } from '../resolution/program/type.ts';
import { CONFIDENCE } from '../resolution/relationships/targets.ts';
import { nodeId } from '../resolution/relationships/node-id.ts';
import { findMembers } from '../resolution/types/members.ts';
import { typeOfExpression } from '../resolution/types/type-of-expression.ts';
import { callAt, type Handlers, type HttpReading } from './http-reading.ts';
import { literal } from './texts.ts';

const VERBS = ['get', 'post', 'put', 'patch', 'delete'];

/**
 * The methods of a class that serves requests: `View.as_view()` serves each HTTP method with the class's method of that name, and
 * `ViewSet.as_view({'get': 'list'})` with the one that the table says.
 *
 * @returns nothing if the value is no such class, or if packages have all of its methods
 */
export function viewsOf(call: HttpReading, number: ExprNumber): { verb: string; handlers: Handlers }[] {
  const { exprs, bindings } = call.unit.extraction;
  const named = exprs[number]!;
  const given = callAt(call.unit, named[0] === 'name' ? (bindings[named[1]]!.init ?? number) : number);
  const callee = given === undefined ? undefined : exprs[given.callee]!;
  if (given === undefined || callee?.[0] !== '.' || callee[2] !== 'as_view') return [];
  const table = given.named.find(([name]) => name === 'actions')?.[1] ?? given.args[0];
  const actions = table === undefined ? [] : pairsIn(call, table);
  // What a table names may be a method that the class inherits from a package.
  if (actions.length > 0)
    return actions.map(([verb, name]) => {
      const handlers = methodsNamed(call, callee[1], name);
      return { verb, handlers: handlers.length > 0 ? handlers : call.handlers(number) };
    });
  return VERBS.map((verb) => ({ verb, handlers: methodsNamed(call, callee[1], verb) })).filter(({ handlers }) => handlers.length > 0);
}

/** The texts of a dictionary. */
function pairsIn(call: HttpReading, number: ExprNumber): [string, string][] {
  const texts = callAt(call.unit, number)?.args.map((arg) => literal(call.text(arg))) ?? [];
  return texts.flatMap((value, i): [string, string][] => {
    const key = texts[i - 1];
    return i % 2 === 1 && key !== undefined && value !== undefined ? [[key, value]] : [];
  });
}

/** The methods of that name which instances of a class have in the program. */
function methodsNamed({ e, unit }: HttpReading, number: ExprNumber, name: string): Handlers {
  return partsOf(typeOfExpression(e, unit, number, undefined)).flatMap((part): Handlers => {
    if (part.k !== 'static') return [];
    return findMembers(e, { k: 'shape', unit: part.unit, shape: part.shape, env: undefined }, name).flatMap((found) => {
      if (found.k !== 'member' || found.member.node === undefined || found.unit.isLibrary) return [];
      return [{ id: nodeId(found.unit, found.member.node), confidence: CONFIDENCE.static, resolution: 'static' }];
    });
  });
}
