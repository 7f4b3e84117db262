import type { HttpCall } from '../../extraction.ts';
import { HttpReading } from './http-reading.ts';
import { literal, type Text } from './texts.ts';

/** What annotations, decorators and attributes of all languages share. */

/** What a class or a method wears. */
export function wornBy(call: HttpReading, node: number): HttpReading[] {
  const { http = [] } = call.unit.extraction;
  return http.filter((other: HttpCall) => other.decorates === node).map((other) => new HttpReading(call.e, call.unit, other, call.facts));
}

/** What the class wears whose method wears this. */
export function wornByClass(call: HttpReading, decorates: number): HttpReading[] {
  return wornBy(call, call.unit.extraction.nodes[decorates]!.parent);
}

export function pathsGiven(call: HttpReading, number: number | undefined, isKnown: boolean): Text[] {
  if (number === undefined || !isKnown) return [['']];
  const list = call.texts(number);
  return list.length > 0 ? list.map((path) => [path]) : [call.text(number)];
}

export function under(prefix: Text, path: Text): Text {
  return literal(path) === '' ? ['/', ...prefix] : ['/', ...prefix, '/', ...path];
}
