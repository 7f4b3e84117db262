import type { ExprNumber, NodeNumber } from '../extraction/numbers.ts';
import { readAttributed } from './attributed-routes.ts';
import type { HttpReading } from './http-reading.ts';
import type { Text } from './texts.ts';
import { pathsGiven, under, wornBy, wornByClass } from './worn.ts';

const NEST = 'npm/@nestjs/common:';
const NEST_METHODS = /^(?:Get|Post|Put|Patch|Delete|Head|Options|All)$/;
const SPRING = /^org\.springframework\.web\.bind\.annotation(?:\.|$)/;
const SPRING_METHODS = /^(Get|Post|Put|Patch|Delete)Mapping$/;

/**
 * Reads routes from annotations of methods, below the annotations of their class, as in Nest and Spring.
 * @returns whether the call is such a route
 */
export function readAnnotated(call: HttpReading): boolean {
  const { decorates } = call.call;
  if (decorates === undefined) return false;
  const { language } = call.unit.extraction;
  if (language === 'java') return readSpring(call, decorates) || readJaxRs(call, decorates);
  if (language === 'csharp' || language === 'php') return readAttributed(call, decorates);
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

function readSpring(call: HttpReading, decorates: NodeNumber): boolean {
  if (!call.unit.extraction.modules.some(({ specifier }) => SPRING.test(specifier))) return false;
  const method = SPRING_METHODS.exec(call.name)?.[1];
  if (method === undefined && call.name !== 'RequestMapping') return false;
  const { type } = call.unit.extraction.nodes[decorates]!;
  if (type !== 'method') return true;
  const worn = wornByClass(call, decorates);
  const names = new Set(worn.map(({ name }) => name));
  // Feign clients use the same annotations as servers.
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

const JAX_RS = /^(?:javax|jakarta)\.ws\.rs(?:\.|$)/;

/** `@Path("/items") class Items { @GET @Path("{id}") Item one() }` */
function readJaxRs(call: HttpReading, decorates: NodeNumber): boolean {
  const { nodes, modules } = call.unit.extraction;
  if (!modules.some(({ specifier }) => JAX_RS.test(specifier))) return false;
  if (call.name === 'ApplicationPath') call.records.globalPrefixes.push(...pathsNamed(call));
  const { type, parent } = nodes[decorates]!;
  // An interface only describes a service, and may belong to a client.
  if (!/^[A-Z]+$/.test(call.name) || type !== 'method' || nodes[parent]!.type === 'interface') return true;
  const outer = wornByClass(call, decorates).find(({ name }) => name === 'Path');
  const inner = wornBy(call, decorates).find(({ name }) => name === 'Path');
  if (outer === undefined) return true;
  for (const prefix of pathsNamed(outer))
    for (const path of inner === undefined ? [['']] : pathsNamed(inner)) call.route(undefined, call.name, under(prefix, path), undefined);
  return true;
}

function pathsNamed(call: HttpReading): Text[] {
  return pathsGiven(call, call.named.get('value') ?? call.named.get('path'), true);
}

/** The methods in `method = RequestMethod.GET`, or in a list of several. */
function methodsNamed(call: HttpReading): string[] {
  const { exprs } = call.unit.extraction;
  const given = call.named.get('method');
  const list = given === undefined ? [] : exprs[given]![0] === 'array' ? (exprs[given].slice(1) as ExprNumber[]) : [given];
  return list.flatMap((number) => {
    const expr = exprs[number]!;
    return expr[0] === '.' ? [expr[2]] : expr[0] === 'name' ? [call.unit.extraction.bindings[expr[1]]!.name] : [];
  });
}

/** `app.setGlobalPrefix('api')` */
export function readGlobalPrefix(call: HttpReading): boolean {
  if (call.name !== 'setGlobalPrefix' || call.object === undefined) return false;
  if (call.origin(call.object)?.by.startsWith('npm/@nestjs/core:NestFactory.create()') !== true) return false;
  call.records.globalPrefixes.push(call.text(call.args[0]));
  return true;
}
