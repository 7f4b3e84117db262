import type { FunctionRecord } from '../extraction/extraction.ts';
import { entriesOf, type ExprNumber, type FunctionNumber } from '../extraction/numbers.ts';
import type { Evaluator } from '../resolution/program/evaluator.ts';
import { nodeId } from '../resolution/relationships/node-id.ts';
import { targetsOf } from '../resolution/relationships/targets.ts';
import type { Unit } from '../resolution/program/unit.ts';
import { readAnnotated, readGlobalPrefix } from './annotated-routes.ts';
import { readDjango, readPatterns } from './django-routes.ts';
import { noRecords, type HttpRecords } from './records.ts';
import { HttpReading } from './http-reading.ts';
import { functionKey, isOutside, originOf } from './origins.ts';
import { readInheritedPaths } from './inherited-paths.ts';
import { readEvident, readRequest } from './requests.ts';
import { readHandedOn, readRouter, routerOf } from './routers.ts';
import { isKnown, type Text } from './texts.ts';
import { readWritten } from './written-routes.ts';

/**
 * Reads what a file says about routes and requests. The sources that this depends on are recorded like those of the file's other output.
 */
export function readHttp(e: Evaluator, unit: Unit): HttpRecords {
  const records = noRecords();
  for (const http of unit.extraction.http ?? []) {
    const call = new HttpReading(e, unit, http, records);
    if (readWritten(call) || readAnnotated(call) || readGlobalPrefix(call) || readDjango(call) || readRouter(call) || readRequest(call))
      continue;
    readEvident(call);
    readPassed(call);
    readHandedOn(call);
  }
  for (const [number, { made, returned }] of entriesOf<FunctionNumber, FunctionRecord>(unit.extraction.functions)) {
    for (const value of made === undefined ? (returned ?? []) : [made]) readGivenBack(e, unit, number, value, records);
  }
  readPatterns(e, unit, records);
  records.passes.push(...readInheritedPaths(e, unit));
  return records;
}

/** A function that returns a router is another name for that router. */
function readGivenBack(e: Evaluator, unit: Unit, fn: FunctionNumber, value: ExprNumber, records: HttpRecords): void {
  const { node } = unit.extraction.functions[fn]!;
  if (node === undefined || (unit.extraction.http ?? []).length === 0) return;
  const origin = originOf(e, unit, value);
  if (origin === undefined || origin.by === 'fn' || origin.by === 'param') return;
  const [http] = unit.extraction.http!;
  const router = routerOf(new HttpReading(e, unit, http!, records), origin);
  if (router !== undefined) records.same.push([router.key, `${functionKey(unit, fn)}()`]);
}

/** Whether something of a text is known, or callers may know it. */
function tells(text: Text): boolean {
  return isKnown(text) || text.some((piece) => typeof piece !== 'string' && piece.of !== undefined);
}

/** Notes a path passed to a function of the program, which may be one that makes requests. */
function readPassed(call: HttpReading): void {
  const args = call.args.map((arg) => {
    const text = call.text(arg);
    const [only] = text;
    const members = ['method', 'path', 'url'].flatMap((name): [string, Text][] => {
      const member = call.member(arg, name);
      if (member !== undefined) return [[name, call.text(member)]];
      // An argument passed on as a whole passes on its members.
      return text.length === 1 && typeof only === 'object' && only.of !== undefined && only.name === undefined
        ? [[name, [{ ...only, name }]]]
        : [];
    });
    return { text, members: Object.fromEntries(members) };
  });
  if (!args.some(({ text, members }) => tells(text) || Object.values(members).some(tells))) return;
  const origin = call.origin(call.callee);
  if (origin !== undefined && isOutside(origin)) return;
  const { targets } = targetsOf(call.e, call.unit, call.callee);
  const [target] = targets;
  if (targets.length !== 1) return;
  call.records.passes.push({ source: call.source, offset: call.offset, callee: nodeId(target!.unit, target!.node), args });
}
