import type { ExprNumber } from '../../extraction/numbers.ts';
import { specifierOf } from '../../extraction/specifiers/php.ts';
import { noteRoute, type WrittenRouter } from '../../extraction/http-calls.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { nameOf } from './names.ts';

/** What the groups around a route add to it. */
interface Place {
  readonly prefix: string;
  readonly controller?: Syntax;
}

/** One call in a chain such as `Route::prefix('a')->get(…)`. Chains are listed from the first call on. */
interface Link {
  readonly name: string;
  readonly args: readonly Syntax[];
}

const FACADE = 'Illuminate\\Support\\Facades\\Route';
const CONTROLLERS = 'App\\Http\\Controllers';
const VERBS = /^(?:get|post|put|patch|delete|options|any)$/;
/** Where these routes lead depends on the file that they are in. */
const ROUTER: WrittenRouter = { name: '#routes', isRoot: false };

type Action = readonly [action: string, methods: readonly string[], path: string, isApi: boolean];
const ACTIONS: readonly Action[] = [
  ['index', ['GET'], '', true],
  ['create', ['GET'], '/create', false],
  ['store', ['POST'], '', true],
  ['show', ['GET'], '/{}', true],
  ['edit', ['GET'], '/{}/edit', false],
  ['update', ['PUT', 'PATCH'], '/{}', true],
  ['destroy', ['DELETE'], '/{}', true],
];

/** Reads Laravel's routes in a file that uses its facade for them: `Route::get('/x', [Items::class, 'show'])` */
export function readLaravelRoutes(r: Reader, root: Syntax): void {
  if (r.notes.get('use Route') !== FACADE) return;
  r.scope = r.top;
  read(r, root, { prefix: '' });
}

function read(r: Reader, node: Syntax, place: Place): void {
  const chain = chainOf(node);
  if (chain === undefined) for (const child of node.children) read(r, child, place);
  else readChain(r, node, chain, place);
}

function chainOf(node: Syntax): Link[] | undefined {
  const link = { name: node.field('name')?.text ?? '', args: (node.field('arguments')?.children ?? []).map((arg) => arg.children.at(-1)!) };
  if (node.kind === 'scoped_call_expression') return node.field('scope')?.text === 'Route' ? [link] : undefined;
  const object = node.kind === 'member_call_expression' ? node.field('object') : undefined;
  const before = object === undefined ? undefined : chainOf(object);
  return before === undefined ? undefined : [...before, link];
}

function readChain(r: Reader, node: Syntax, chain: readonly Link[], around: Place): void {
  let place = around;
  for (const { name, args } of chain) {
    const [first, second, third] = args;
    const path = textOf(first);
    if (name === 'prefix') {
      // If the prefix is not written out, the paths below it are unknown.
      if (path === undefined) return;
      place = { ...place, prefix: under(place.prefix, path) };
    } else if (name === 'controller' && first !== undefined) place = { ...place, controller: first };
    else if (name === 'group') readGroup(r, args, place);
    else if (VERBS.test(name) && path !== undefined)
      note(r, node, [name === 'any' ? 'ANY' : name], under(place.prefix, path), handler(r, second, place));
    else if (name === 'match' && textOf(second) !== undefined)
      note(r, node, textsOf(first), under(place.prefix, textOf(second)!), handler(r, third, place));
    else if (name === 'view' && path !== undefined) note(r, node, ['GET'], under(place.prefix, path), undefined);
    else if (name === 'resource' || name === 'apiResource') readResource(r, node, chain, place, path, second, name === 'apiResource');
    else if (name === 'resources' || name === 'apiResources')
      for (const each of first?.children ?? [])
        readResource(r, node, chain, place, textOf(each.children[0]), each.children[1], name === 'apiResources');
  }
}

/** `->group(function () { … })`, `Route::group(['prefix' => 'v1'], function () { … })` */
function readGroup(r: Reader, args: readonly Syntax[], place: Place): void {
  const body = args.at(-1)?.field('body');
  const options = args.length > 1 ? args[0] : undefined;
  const given = options?.children.find((each) => textOf(each.children[0]) === 'prefix')?.children[1];
  const prefix = given === undefined ? '' : textOf(given);
  if (body !== undefined && prefix !== undefined) read(r, body, { ...place, prefix: under(place.prefix, prefix) });
}

function readResource(
  r: Reader,
  node: Syntax,
  chain: readonly Link[],
  place: Place,
  name: string | undefined,
  controller: Syntax | undefined,
  isApi: boolean,
): void {
  if (name === undefined) return;
  const chosen = (how: string): string[] | undefined => {
    const link = chain.find((each) => each.name === how);
    return link === undefined ? undefined : link.args.flatMap(textsOf);
  };
  const [only, except] = [chosen('only'), chosen('except')];
  const segments = name.split('.');
  const parameter = (segment: string): string =>
    `{${segment
      .slice(segment.lastIndexOf('/') + 1)
      .replaceAll('-', '_')
      .replace(/s$/, '')}}`;
  const outer = segments.slice(0, -1).reduce((path, segment) => under(path, `${segment}/${parameter(segment)}`), place.prefix);
  const last = segments.at(-1)!;
  for (const [action, methods, end, isOfApi] of ACTIONS) {
    if ((isApi && !isOfApi) || only?.includes(action) === false || except?.includes(action) === true) continue;
    const path = `${under(outer, last)}${end.replace('{}', parameter(last))}`;
    note(r, node, methods, path, methodOf(r, controller, action));
  }
}

function note(r: Reader, { line, endLine }: Syntax, methods: readonly string[], path: string, handler: ExprNumber | undefined): void {
  // A parameter at the end that may be missing from the path.
  const paths = path.endsWith('?}') ? [path.replace(/\/?\{[^{}]*\}$/, ''), path.replace('?}', '}')] : [path];
  for (const each of paths)
    for (const method of methods)
      noteRoute(r.model, {
        router: ROUTER,
        method: method.toUpperCase(),
        path: each === '' ? '/' : each,
        handler,
        start: line,
        end: endLine,
      });
}

/** `[Items::class, 'show']`, `Items::class`, `'Items@show'`, or the name of a method of the group's controller. */
function handler(r: Reader, node: Syntax | undefined, { controller }: Place): ExprNumber | undefined {
  if (node?.kind === 'array_creation_expression') {
    const [of, method] = node.children.map((each) => each.children[0]);
    return methodOf(r, of, textOf(method));
  }
  const text = textOf(node);
  if (text === undefined) return node?.kind === 'class_constant_access_expression' ? methodOf(r, node, '__invoke') : undefined;
  const at = text.indexOf('@');
  if (at === -1) return methodOf(r, controller, text);
  const full = text.slice(0, at);
  return methodOfClass(r, full.includes('\\') ? full : `${CONTROLLERS}\\${full}`, text.slice(at + 1));
}

function methodOf(r: Reader, controller: Syntax | undefined, method: string | undefined): ExprNumber | undefined {
  const written = textOf(controller);
  if (method === undefined) return undefined;
  if (written !== undefined) return methodOfClass(r, written.includes('\\') ? written : `${CONTROLLERS}\\${written}`, method);
  const [name, word] = controller?.kind === 'class_constant_access_expression' ? controller.children : [];
  return name === undefined || word?.text !== 'class' ? undefined : member(r, r.name(nameOf(r, name.text)), method);
}

function methodOfClass(r: Reader, full: string, method: string): ExprNumber {
  const segments = full.replace(/^\\+/, '').split(/\\+/);
  return member(r, r.expr(['name', r.imported(specifierOf(segments), segments.at(-1)!)]), method);
}

function member(r: Reader, of: ExprNumber, name: string): ExprNumber {
  return r.expr(['.', r.expr(['new', of, [], []]), name]);
}

function textOf(node: Syntax | undefined): string | undefined {
  const isText = node !== undefined && /^(?:encapsed_)?string$/.test(node.kind);
  return isText && node.children.every(({ kind }) => /^(?:string_content|escape_sequence)$/.test(kind))
    ? node.text.slice(1, -1)
    : undefined;
}

/** One text, or those of a list. */
function textsOf(node: Syntax | undefined): string[] {
  const nodes = node?.kind === 'array_creation_expression' ? node.children.map((each) => each.children[0]) : [node];
  return nodes.map(textOf).filter((text) => text !== undefined);
}

function under(prefix: string, path: string): string {
  const own = path.replaceAll(/^\/+|\/+$/g, '');
  return own === '' ? prefix : `${prefix}/${own}`;
}
