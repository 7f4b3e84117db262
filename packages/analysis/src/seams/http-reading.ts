import type { HttpCall } from '../extraction/extraction.ts';
import { FILE_NODE, type ExprNumber } from '../extraction/numbers.ts';
import type { Evaluator } from '../resolution/program/evaluator.ts';
import { nodeId } from '../resolution/relationships/node-id.ts';
import { CONFIDENCE, targetsOf } from '../resolution/relationships/targets.ts';
import type { Unit } from '../resolution/program/unit.ts';
import type { HttpRecords, RouteRecord } from './records.ts';
import { originOf, type Origin } from './origins.ts';
import { HOLE, isKnown, literal, textOf, type Text } from './texts.ts';

export type Handlers = RouteRecord['handlers'];

/** One call of a file, with what the readers of routes and requests need to know about it. */
export class HttpReading {
  readonly e: Evaluator;
  readonly unit: Unit;
  readonly call: HttpCall;
  readonly records: HttpRecords;
  readonly callee: ExprNumber;
  readonly args: readonly ExprNumber[];
  readonly named: ReadonlyMap<string, ExprNumber>;
  /** The last name of the callee. */
  readonly name: string;
  /** The object that a method is called on. */
  readonly object: ExprNumber | undefined;

  constructor(e: Evaluator, unit: Unit, call: HttpCall, records: HttpRecords) {
    this.e = e;
    this.unit = unit;
    this.call = call;
    this.records = records;
    const { callee, args, named } = callAt(unit, call.expr)!;
    this.callee = callee;
    this.args = args;
    this.named = new Map(named);
    const { exprs, bindings } = unit.extraction;
    let target = exprs[callee]!;
    if (target[0] === 'else') target = exprs[target[2]]!;
    this.object = target[0] === '.' ? target[1] : undefined;
    this.name = target[0] === '.' ? target[2] : target[0] === 'name' ? bindings[target[1]]!.name : target[0] === 'global' ? target[1] : '';
  }

  get source(): string {
    return nodeId(this.unit, this.call.owner);
  }

  get offset(): number {
    return this.call.start - this.unit.extraction.nodes[this.call.owner]!.start;
  }

  origin(number: ExprNumber | undefined): Origin | undefined {
    return number === undefined ? undefined : originOf(this.e, this.unit, number);
  }

  /** The text of an argument; a hole if the argument is missing. */
  text(number: ExprNumber | undefined): Text {
    return number === undefined ? HOLE : textOf(this.e, this.unit, number);
  }

  /** The texts in a list, or the single text. */
  texts(number: ExprNumber | undefined): string[] {
    return textsIn(this.e, this.unit, number);
  }

  /** A member of an object literal that is passed as an argument. */
  member(number: ExprNumber | undefined, name: string): ExprNumber | undefined {
    return memberAt(this.e, this.unit, number, name);
  }

  hasMember(number: ExprNumber | undefined, name: string): boolean {
    return this.member(number, name) !== undefined || this.#shape(number)?.members.some((member) => member.name === name) === true;
  }

  /** The values that an object literal spreads. */
  spreads(number: ExprNumber | undefined): readonly ExprNumber[] {
    return this.#shape(number)?.spreads ?? [];
  }

  #shape(number: ExprNumber | undefined) {
    const object = number === undefined ? undefined : this.unit.extraction.exprs[number];
    return object?.[0] === 'object' ? this.unit.extraction.shapes[object[1]] : undefined;
  }

  /** The functions that serve a route: the decorated one, or the last argument, found also inside calls that wrap it. */
  handlers(number: ExprNumber | undefined): Handlers {
    const { decorates } = this.call;
    if (decorates !== undefined) return [{ id: nodeId(this.unit, decorates), confidence: 1, resolution: 'lexical' }];
    return number === undefined ? [] : this.#handlersIn(number, 0);
  }

  #handlersIn(number: ExprNumber, depth: number): Handlers {
    const { exprs, functions } = this.unit.extraction;
    const expr = exprs[number]!;
    if (depth > 4) return [];
    if (expr[0] === 'fn' && functions[expr[1]]!.node === undefined) {
      // The enclosing function does what a function without a name does.
      return this.call.owner === FILE_NODE ? [] : [{ id: this.source, confidence: CONFIDENCE.value, resolution: 'value' }];
    }
    const called = callAt(this.unit, number);
    if (called !== undefined) {
      const callee = exprs[called.callee]!;
      if (callee[0] === '.' && callee[2] === 'as_view') return this.#handlersIn(callee[1], depth + 1);
      for (const arg of [...called.args].reverse()) {
        const found = this.#handlersIn(arg, depth + 1);
        if (found.length > 0) return found;
      }
    }
    return targetsOf(this.e, this.unit, called === undefined ? number : called.callee).targets.map(({ unit, node, how }) => ({
      id: nodeId(unit, node),
      confidence: CONFIDENCE[how],
      resolution: how,
    }));
  }

  route(router: string | undefined, method: string, path: Text, handler: ExprNumber | undefined): void {
    this.routeTo(router, method, path, this.handlers(handler));
  }

  routeTo(router: string | undefined, method: string, path: Text, handlers: Handlers): void {
    const { start, end } = this.call;
    this.records.routes.push({ ...(router === undefined ? {} : { router }), method: method.toUpperCase(), path, handlers, start, end });
  }
}

export function callAt(
  unit: Unit,
  number: ExprNumber,
): { callee: ExprNumber; args: readonly ExprNumber[]; named: readonly [string, ExprNumber][] } | undefined {
  const expr = unit.extraction.exprs[number]!;
  if (expr[0] !== 'call' && expr[0] !== 'make' && expr[0] !== 'new') return undefined;
  return { callee: expr[1], args: expr[2], named: (expr[0] === 'make' ? expr[4] : undefined) ?? [] };
}

/** The member of an object literal, or of one that a name stands for. */
export function memberAt(e: Evaluator, unit: Unit, number: ExprNumber | undefined, name: string): ExprNumber | undefined {
  let expr = number === undefined ? undefined : unit.extraction.exprs[number];
  for (let steps = 0; expr?.[0] === 'name' && steps < 3; steps++)
    expr = unit.extraction.exprs[unit.extraction.bindings[expr[1]]!.init ?? -1];
  if (expr?.[0] === 'call') {
    // An object that a function of the same file returns: `posting(body)`.
    const { targets } = targetsOf(e, unit, expr[1]);
    const target = targets.length === 1 && targets[0]!.unit === unit ? targets[0] : undefined;
    const made = target && unit.extraction.functions.find(({ node }) => node === target.node)?.made;
    expr = made === undefined ? undefined : unit.extraction.exprs[made];
  }
  if (expr?.[0] !== 'object') return undefined;
  return unit.extraction.shapes[expr[1]]!.members.find((member) => member.name === name)?.init;
}

function textsIn(e: Evaluator, unit: Unit, number: ExprNumber | undefined): string[] {
  if (number === undefined) return [];
  const { exprs, bindings } = unit.extraction;
  const expr = exprs[number]!;
  if (expr[0] === 'array') return expr.slice(1).flatMap((part) => textsIn(e, unit, part as ExprNumber));
  const called = callAt(unit, number);
  const callee = called === undefined ? undefined : exprs[called.callee];
  if (callee?.[0] === 'name' && bindings[callee[1]]!.name === '__list') return called!.args.flatMap((part) => textsIn(e, unit, part));
  const text = textOf(e, unit, number);
  return isKnown(text) ? [literal(text)].filter((each) => each !== undefined) : [];
}
