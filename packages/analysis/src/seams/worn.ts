import type { HttpCall } from '../extraction/extraction.ts';
import type { ExprNumber, NodeNumber } from '../extraction/numbers.ts';
import { HttpReading } from './http-reading.ts';
import { literal, type Text } from './texts.ts';

/** What annotations, decorators and attributes of all languages share. */

/** The annotations of a class or a method. */
export function wornBy(call: HttpReading, node: NodeNumber): HttpReading[] {
  const { http = [] } = call.unit.extraction;
  return http.filter((other: HttpCall) => other.decorates === node).map((other) => new HttpReading(call.e, call.unit, other, call.records));
}

/** The annotations of the class that a decorated method belongs to. */
export function wornByClass(call: HttpReading, decorates: NodeNumber): HttpReading[] {
  return wornBy(call, call.unit.extraction.nodes[decorates]!.parent);
}

export function pathsGiven(call: HttpReading, number: ExprNumber | undefined, isKnown: boolean): Text[] {
  if (number === undefined || !isKnown) return [['']];
  const list = call.texts(number);
  return list.length > 0 ? list.map((path) => [path]) : [call.text(number)];
}

export function under(prefix: Text, path: Text): Text {
  return literal(path) === '' ? ['/', ...prefix] : ['/', ...prefix, '/', ...path];
}
