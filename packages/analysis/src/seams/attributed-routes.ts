import type { NodeNumber } from '../extraction/numbers.ts';
import type { HttpReading } from './http-reading.ts';
import { literal, type Text } from './texts.ts';
import { pathsGiven, under, wornBy, wornByClass } from './worn.ts';

/** Reads routes from attributes of methods in C# and PHP: ASP.NET's and Symfony's. */
export function readAttributed(call: HttpReading, decorates: NodeNumber): boolean {
  return call.unit.extraction.language === 'php' ? readSymfony(call, decorates) : readAspNet(call, decorates);
}

const ASP_NET = /^(?:Microsoft\.AspNetCore\.Mvc|System\.Web\.(?:Http|Mvc))(?:\.|$)/;
const VERB = /^Http(Get|Post|Put|Patch|Delete|Head|Options)$/;

/** `[Route("api/[controller]")] class Items : ControllerBase { [HttpGet("{id:int}")] … }` */
function readAspNet(call: HttpReading, decorates: NodeNumber): boolean {
  const { nodes, modules } = call.unit.extraction;
  const method = VERB.exec(call.name)?.[1];
  const { type, name, parent } = nodes[decorates]!;
  if (method === undefined || type !== 'method') return false;
  const outer = wornByClass(call, decorates);
  const isController = modules.some(({ specifier }) => ASP_NET.test(specifier)) || outer.some((each) => each.name === 'ApiController');
  if (!isController) return false;
  const routes = outer.filter((each) => each.name === 'Route');
  const own = call.args.length > 0 ? [call] : wornBy(call, decorates).filter((each) => each.name === 'Route');
  const written = (each: HttpReading): Text[] => [
    template(literal(each.text(each.args[0])), { controller: nodes[parent]!.name.replace(/Controller$/, ''), action: name }),
  ];
  // If neither names a path, a routing table in the program decides it.
  if (routes.length === 0 && own.length === 0) return true;
  for (const prefix of routes.length === 0 ? [['']] : routes.flatMap(written)) {
    for (const path of own.length === 0 ? [['']] : own.flatMap(written)) {
      const [first] = path;
      const isRooted = typeof first === 'string' && /^~?\//.test(first);
      call.route(undefined, method, isRooted ? [first.replace('~', '')] : under(prefix, path), undefined);
    }
  }
  return true;
}

/** `[controller]` stands for the name of the class, `{id:int}` and `{id?}` for a parameter. */
function template(text: string | undefined, names: Readonly<Record<string, string>>): Text {
  if (text === undefined) return [{}];
  return [
    text
      .replaceAll(/\[(controller|action)\]/g, (_, name: string) => names[name]!)
      .replaceAll(/\{\*{1,2}(\w+)[^{}]*\}/g, '{*$1}')
      .replaceAll(/\{(\w+)[:=?][^{}]*\}/g, '{$1}'),
  ];
}

const SYMFONY = /^Symfony\\Component\\Routing\\(?:Attribute|Annotation)$/;

/** `#[Route('/items')] class Items { #[Route('/{id}', methods: ['GET'])] … }` */
function readSymfony(call: HttpReading, decorates: NodeNumber): boolean {
  const { nodes, modules } = call.unit.extraction;
  if (call.name !== 'Route' || !modules.some(({ specifier }) => SYMFONY.test(specifier))) return false;
  if (nodes[decorates]!.type !== 'method') return true;
  const path = (each: HttpReading): Text[] => pathsGiven(each, each.args[0] ?? each.named.get('path'), true).map(withoutRequirements);
  const outer = wornByClass(call, decorates).filter((each) => each.name === 'Route');
  const methods = call.texts(call.named.get('methods'));
  for (const prefix of outer.length === 0 ? [['']] : outer.flatMap(path))
    for (const own of path(call))
      for (const method of methods.length === 0 ? ['ANY'] : methods) call.route(undefined, method, under(prefix, own), undefined);
  return true;
}

/** `{page<\d+>?1}` means `{page}`. */
function withoutRequirements(path: Text): Text {
  return path.map((piece) => (typeof piece === 'string' ? piece.replaceAll(/\{!?(\w+)[^{}]*\}/g, '{$1}') : piece));
}
