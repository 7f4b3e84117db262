import type { Expr, HttpCall } from './extraction.ts';
import type { FileModel } from './file-model.ts';
import type { ExprNumber } from './numbers.ts';

/** Elements of a loop that are told apart, and loops in one another. */
const [MAX_ELEMENTS, MAX_DEPTH] = [64, 2];
/** Steps from one expression to the next. */
const MAX_STEPS = 12;
/** Functions that call another one for each element. */
const EACH = /^(?:forEach|map|flatMap)$/;

/**
 * Replaces each recorded call in a loop over a literal list, as `for (const path of ['/a', '/b']) app.get(path, …)`, by one call for each
 * element.
 */
export function unrollLoops(model: FileModel): void {
  const calls = model.http.splice(0);
  for (const call of calls) model.http.push(...unrolled(model, call, 0));
}

function unrolled(model: FileModel, call: HttpCall, depth: number): HttpCall[] {
  const loop = depth === MAX_DEPTH ? undefined : loopIn(model, call.expr, 0);
  if (loop === undefined) return [call];
  return loop.elements.flatMap((element) => {
    const expr = replaced(model, call.expr, loop.variable, element, 0);
    return expr === call.expr ? [call] : unrolled(model, { ...call, expr }, depth + 1);
  });
}

interface Loop {
  readonly variable: ExprNumber;
  readonly elements: readonly ExprNumber[];
}

/** The first loop over a literal list whose variable an expression contains. */
function loopIn(model: FileModel, number: ExprNumber, steps: number): Loop | undefined {
  if (steps > MAX_STEPS) return undefined;
  const list = listOf(model, number);
  const elements = list === undefined ? undefined : elementsOf(model, list);
  if (elements !== undefined && elements.length > 0 && elements.length <= MAX_ELEMENTS) return { variable: number, elements };
  for (const part of partsOf(model, number)) {
    const found = loopIn(model, part, steps + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The list that a loop's variable takes its values from. */
function listOf({ exprs, functions, types }: FileModel, number: ExprNumber): ExprNumber | undefined {
  const expr = exprs[number]!;
  if (expr[0] === 'each') return expr[1];
  if (expr[0] !== 'param' || expr[2] !== 0) return undefined;
  const { context } = functions[expr[1]]!;
  const given = context === undefined ? undefined : types[context];
  const callee = given?.[0] === 'arg' ? exprs[given[1]]! : undefined;
  return callee?.[0] === '.' && EACH.test(callee[2]) ? callee[1] : undefined;
}

/** The elements of a list that is written in the file, in place or as the value of a constant. */
function elementsOf({ exprs, bindings }: FileModel, number: ExprNumber): readonly ExprNumber[] | undefined {
  let expr = exprs[number]!;
  if (expr[0] === 'name') {
    const { init, mutable } = bindings[expr[1]]!;
    if (init === undefined || mutable === true) return undefined;
    expr = exprs[init]!;
  }
  if (expr[0] === 'array') return expr.slice(1) as ExprNumber[];
  if (expr[0] !== 'call') return undefined;
  // Python's lists and tuples are calls.
  const callee = exprs[expr[1]]!;
  return callee[0] === 'name' && bindings[callee[1]]!.name === '__list' ? expr[2] : undefined;
}

/** The expressions that decide where a call leads and what is passed to it. */
function partsOf({ exprs, bindings }: FileModel, number: ExprNumber): readonly ExprNumber[] {
  const expr = exprs[number]!;
  switch (expr[0]) {
    case 'name': {
      const { init, mutable } = bindings[expr[1]]!;
      return init === undefined || mutable === true ? [] : [init];
    }
    case '.':
    case 'at':
    case 'await':
    case 'nonnull':
      return [expr[1]];
    case '[]':
      return [expr[1], expr[2]];
    case 'concat':
      return expr.slice(2) as ExprNumber[];
    case 'else':
      return [expr[1], expr[2]];
    case 'call':
    case 'new':
      return [expr[1], ...expr[2]];
    case 'make':
      return [expr[1], ...expr[2], ...(expr[4] ?? []).map(([, value]) => value)];
    default:
      return [];
  }
}

/** The expression with an element of the list in the place of the loop's variable. */
function replaced(model: FileModel, number: ExprNumber, variable: ExprNumber, element: ExprNumber, steps: number): ExprNumber {
  if (number === variable) return element;
  if (steps > MAX_STEPS) return number;
  const of = (part: ExprNumber): ExprNumber => replaced(model, part, variable, element, steps + 1);
  const parts = partsOf(model, number);
  const values = new Map(parts.map((part) => [part, of(part)]));
  if (parts.every((part) => values.get(part) === part)) return number;
  const value = (part: ExprNumber): ExprNumber => values.get(part) ?? part;
  const expr = model.exprs[number]!;
  switch (expr[0]) {
    case 'name':
      return value(parts[0]!);
    case '.':
      return memberOf(model, value(expr[1]), expr[2]) ?? model.expr(['.', value(expr[1]), expr[2]]);
    case 'at':
      return elementsOf(model, value(expr[1]))?.[expr[2]] ?? model.expr(['at', value(expr[1]), expr[2]]);
    case '[]': {
      const [object, index] = [value(expr[1]), value(expr[2])];
      const key = model.exprs[index]!;
      return model.expr(key[0] === 'text' ? ['.', object, key[1]] : ['[]', object, index]);
    }
    case 'concat':
      return model.expr(['concat', expr[1], ...(expr.slice(2) as ExprNumber[]).map(value)]);
    case 'call':
    case 'new':
      return model.expr([expr[0], value(expr[1]), expr[2].map(value), expr[3]] as Expr);
    case 'make': {
      const named = expr[4]?.map(([name, given]): [string, ExprNumber] => [name, value(given)]);
      return model.expr(['make', value(expr[1]), expr[2].map(value), expr[3], ...(named === undefined ? [] : [named])] as Expr);
    }
    default:
      return model.expr([expr[0], ...(expr.slice(1) as ExprNumber[]).map(value)] as Expr);
  }
}

/** A member of an object literal. */
function memberOf({ exprs, shapes }: FileModel, object: ExprNumber, name: string): ExprNumber | undefined {
  const expr = exprs[object]!;
  return expr[0] === 'object' ? shapes[expr[1]]!.members.find((member) => member.name === name)?.init : undefined;
}
