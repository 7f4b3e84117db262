import type { HttpCall } from '../../extraction.ts';
import { HttpReading } from './http-reading.ts';
import { literal, type Text } from './texts.ts';

const NEST = 'npm/@nestjs/common:';
const NEST_METHODS = /^(?:Get|Post|Put|Patch|Delete|Head|Options|All)$/;
const SPRING = /^org\.springframework\.web\.bind\.annotation(?:\.|$)/;
const SPRING_METHODS = /^(Get|Post|Put|Patch|Delete)Mapping$/;

/** Routes that methods of a class wear, below what the class wears: Nest's and Spring's. @returns whether it is one */
export function readAnnotated(call: HttpReading): boolean {
  const { decorates } = call.call;
  if (decorates === undefined) return false;
  if (call.unit.extraction.language === 'java') return readSpring(call, decorates);
  const by = call.origin(call.callee)?.by;
  if (by?.startsWith(NEST) !== true) return false;
  const name = by.slice(NEST.length);
  const controller = NEST_METHODS.test(name)
    ? wornByClass(call, decorates).find((worn) => worn.origin(worn.callee)?.by === `${NEST}Controller`)
    : undefined;
  if (controller === undefined) return true;
  const [given] = controller.args;
  const prefixes = pathsGiven(
    controller,
    controller.member(given, 'path') ?? given,
    given !== undefined && !controller.hasMember(given, 'version'),
  );
  for (const prefix of prefixes)
    for (const path of pathsGiven(call, call.args[0], true))
      call.route(undefined, name === 'All' ? 'ANY' : name, under(prefix, path), undefined);
  return true;
}

function readSpring(call: HttpReading, decorates: number): boolean {
  if (!call.unit.extraction.modules.some(({ specifier }) => SPRING.test(specifier))) return false;
  const method = SPRING_METHODS.exec(call.name)?.[1];
  if (method === undefined && call.name !== 'RequestMapping') return false;
  const { type } = call.unit.extraction.nodes[decorates]!;
  if (type !== 'method') return true;
  const worn = wornByClass(call, decorates);
  const names = new Set(worn.map(({ name }) => name));
  // A client is described with the same words.
  if (names.has('FeignClient') || call.unit.extraction.nodes[call.unit.extraction.nodes[decorates]!.parent]!.type === 'interface')
    return true;
  const mapping = worn.find(({ name }) => name === 'RequestMapping');
  const prefixes = mapping === undefined ? [['']] : pathsNamed(mapping);
  const methods = method === undefined ? methodsNamed(call) : [method];
  for (const prefix of prefixes)
    for (const path of pathsNamed(call))
      for (const each of methods.length === 0 ? ['ANY'] : methods) call.route(undefined, each, under(prefix, path), undefined);
  return true;
}

function wornByClass(call: HttpReading, decorates: number): HttpReading[] {
  const { nodes, http = [] } = call.unit.extraction;
  const { parent } = nodes[decorates]!;
  return http.filter((other: HttpCall) => other.decorates === parent).map((other) => new HttpReading(call.e, call.unit, other, call.facts));
}

function pathsNamed(call: HttpReading): Text[] {
  return pathsGiven(call, call.named.get('value') ?? call.named.get('path'), true);
}

/** `method = RequestMethod.GET`, or several. */
function methodsNamed(call: HttpReading): string[] {
  const { exprs } = call.unit.extraction;
  const given = call.named.get('method');
  const list = given === undefined ? [] : exprs[given]![0] === 'array' ? (exprs[given].slice(1) as number[]) : [given];
  return list.flatMap((number) => {
    const expr = exprs[number]!;
    return expr[0] === '.' ? [expr[2]] : expr[0] === 'name' ? [call.unit.extraction.bindings[expr[1]]!.name] : [];
  });
}

function pathsGiven(call: HttpReading, number: number | undefined, isKnown: boolean): Text[] {
  if (number === undefined || !isKnown) return [['']];
  const list = call.texts(number);
  return list.length > 0 ? list.map((path) => [path]) : [call.text(number)];
}

function under(prefix: Text, path: Text): Text {
  return literal(path) === '' ? ['/', ...prefix] : ['/', ...prefix, '/', ...path];
}

/** `app.setGlobalPrefix('api')` */
export function readGlobalPrefix(call: HttpReading): boolean {
  if (call.name !== 'setGlobalPrefix' || call.object === undefined) return false;
  if (call.origin(call.object)?.by.startsWith('npm/@nestjs/core:NestFactory.create()') !== true) return false;
  call.facts.globalPrefixes.push(call.text(call.args[0]));
  return true;
}
