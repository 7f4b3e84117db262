import { noteMount, noteRoute, type WrittenRouter } from '../../extraction/http-calls.ts';
import type { ExprNumber } from '../../extraction/numbers.ts';
import type { Reader } from '../tree-sitter/reader.ts';
import type { Syntax } from '../tree-sitter/syntax.ts';
import { constant } from './definitions.ts';
import { argumentsOf, constantNamed, plural, routerNamed, singular, spelledOut, textOf, textsOf, type Arguments } from './rails-words.ts';

/** The place of a line in a routes file: what is put before its path and its controller. */
interface Place {
  readonly path: string;
  /** The path outside of all resources. */
  readonly base: string;
  /** Module of the controllers, with a slash at the end. */
  readonly module: string;
  readonly controller?: string;
  readonly isShallow: boolean;
  /** Paths of the surrounding resources: prefixes of `member` and `collection` routes. */
  readonly member?: string;
  readonly collection?: string;
}

const VERBS = /^(?:get|post|put|patch|delete|options)$/;
/** Their blocks describe addresses, not routes. */
const OTHERS = new Set(['direct', 'resolve']);

type Action = readonly [action: string, methods: readonly string[], path: string, isMember: boolean];
const OF_ONE: readonly Action[] = [
  ['show', ['GET'], '', true],
  ['new', ['GET'], '/new', false],
  ['edit', ['GET'], '/edit', true],
  ['create', ['POST'], '', false],
  ['update', ['PATCH', 'PUT'], '', true],
  ['destroy', ['DELETE'], '', true],
];
const OF_MANY: readonly Action[] = [['index', ['GET'], '', false], ...OF_ONE];

/** Reads the routes of `Rails.application.routes.draw do … end`, or of an engine, with the prefixes that their blocks add. */
export function readRailsRoutes(r: Reader, call: Syntax): void {
  const routes = call.field('receiver');
  const owner = routes?.field('receiver')?.text ?? '';
  const block = call.field('block');
  if (routes?.field('method')?.text !== 'routes' || block === undefined || !/^[A-Z]/.test(owner)) return;
  new RailsRoutes(r, owner).read(block, { path: '', base: '', module: '', isShallow: false });
}

class RailsRoutes {
  readonly #r: Reader;
  readonly #router: WrittenRouter;
  readonly #concerns = new Map<string, Syntax>();
  /** Module that controllers may be in: the engine's own. */
  readonly #engine: string;

  constructor(r: Reader, owner: string) {
    this.#r = r;
    const isEngine = /(?:^|::)Engine$/.test(owner);
    this.#router = isEngine ? { name: routerNamed(owner), isRoot: false } : APPLICATION;
    this.#engine = isEngine ? owner.replace(/(?:::)?Engine$/, '') : '';
  }

  read(node: Syntax | undefined, place: Place): void {
    if (node?.kind === 'call' && node.field('receiver') === undefined) this.#call(node, place);
    else for (const child of node?.children ?? []) this.read(child, place);
  }

  #call(call: Syntax, place: Place): void {
    const name = call.field('method')?.text ?? '';
    const args = argumentsOf(call);
    const block = call.field('block');
    const first = textOf(args.values[0]);
    if (VERBS.test(name)) this.#routes(call, args, [name], place);
    else if (name === 'match') this.#routes(call, args, textsOf(args.options.get('via')) ?? [], place);
    else if (name === 'root') this.#route(call, ['get'], '', args.options.get('to') ?? args.values[0], args, place);
    else if (name === 'mount') this.#mount(call, args, place);
    else if (name === 'resources' || name === 'resource') {
      for (const value of args.values) this.#resources(call, args, textOf(value), name === 'resources', place);
    } else if (name === 'namespace') {
      if (first !== undefined) this.#scope(block, args, textOf(args.options.get('path')) ?? first, first, place);
    } else if (name === 'scope') {
      const paths = [...args.values, ...(args.options.has('path') ? [args.options.get('path')!] : [])].map(textOf);
      if (paths.every((path) => path !== undefined)) this.#scope(block, args, paths.join('/'), undefined, place);
    } else if (name === 'concern') {
      if (first !== undefined && block !== undefined) this.#concerns.set(first, block);
    } else if (name === 'concerns') this.#concern(args.values, place);
    else if (name === 'controller') {
      if (first !== undefined) this.read(block, { ...place, controller: place.module + first });
    } else if (name === 'member') this.read(block, { ...place, path: place.member ?? place.path });
    else if (name === 'collection') this.read(block, { ...place, path: place.collection ?? place.path });
    else if (name === 'new') this.read(block, { ...place, path: `${place.collection ?? place.path}/new` });
    else if (name === 'shallow') this.read(block, { ...place, isShallow: true });
    else if (!OTHERS.has(name)) this.read(block, place);
  }

  #scope(block: Syntax | undefined, { options }: Arguments, path: string, name: string | undefined, place: Place): void {
    const module = options.has('module') ? textOf(options.get('module')) : name;
    const controller = textOf(options.get('controller'));
    const inner: Place = {
      path: under(place.path, path),
      base: under(place.base, path),
      module: module === undefined || module === '' ? place.module : `${place.module}${module}/`,
      isShallow: place.isShallow || options.get('shallow')?.text === 'true',
    };
    this.read(block, controller === undefined ? inner : { ...inner, controller: inner.module + controller });
  }

  #resources(call: Syntax, args: Arguments, name: string | undefined, isMany: boolean, place: Place): void {
    if (name === undefined) return;
    const { options } = args;
    const module = options.has('module') ? `${place.module}${textOf(options.get('module')) ?? ''}/` : place.module;
    const controller = module + (textOf(options.get('controller')) ?? (isMany ? name : plural(name)));
    const isShallow = place.isShallow || options.get('shallow')?.text === 'true';
    const path = textOf(options.get('path')) ?? name;
    const param = textOf(options.get('param')) ?? 'id';
    const collection = under(place.path, path);
    const outside = isShallow ? under(place.base, path) : collection;
    const member = isMany ? `${outside}/:${param}` : outside;
    for (const [action, methods, end, isMember] of isMany ? OF_MANY : OF_ONE) {
      const isLeftOut = textsOf(options.get('except'))?.includes(action) === true;
      const isTaken = !options.has('only') || textsOf(options.get('only'))?.includes(action) === true;
      if (isTaken && !isLeftOut) this.#note(call, methods, `${isMember ? member : collection}${end}`, this.#action(controller, action));
    }
    const nested = isMany ? `${outside}/:${singular(name)}_${param}` : outside;
    const inner: Place = { path: nested, base: place.base, module, controller, isShallow, member, collection };
    if (options.has('concerns')) this.#concern([options.get('concerns')!], inner);
    this.read(call.field('block'), inner);
  }

  #concern(names: readonly Syntax[], place: Place): void {
    for (const name of names.flatMap((each) => textsOf(each) ?? [])) this.read(this.#concerns.get(name), place);
  }

  #routes(call: Syntax, args: Arguments, methods: readonly string[], around: Place): void {
    const on = textOf(args.options.get('on'));
    const path = on === 'member' ? around.member : on === 'collection' ? around.collection : undefined;
    const place = path === undefined ? around : { ...around, path };
    const { values, arrow, options } = args;
    if (arrow !== undefined) this.#route(call, methods, textOf(arrow.from), arrow.to, args, place);
    else for (const value of values) this.#route(call, methods, textOf(value), options.get('to'), args, place);
  }

  #route(call: Syntax, methods: readonly string[], path: string | undefined, to: Syntax | undefined, args: Arguments, place: Place): void {
    if (path === undefined) return;
    const chosen = textOf(args.options.get('controller'));
    const target = to === undefined ? textOf(args.options.get('action')) : textOf(to);
    // `get 'photos/preview'` names both controller and action.
    const implied = place.controller === undefined && chosen === undefined ? /^\/?(\w+)\/(\w+)$/.exec(path) : null;
    const [controller, action] = target?.includes('#')
      ? (target.split('#') as [string, string])
      : [chosen ?? implied?.[1], target ?? (to === undefined ? (implied?.[2] ?? path) : undefined)];
    const full = controller === undefined ? place.controller : controller.startsWith('/') ? controller.slice(1) : place.module + controller;
    const handler = full === undefined || action === undefined ? undefined : this.#action(full, action);
    this.#note(call, methods, under(place.path, path), handler);
  }

  #note(call: Syntax, methods: readonly string[], path: string, handler: ExprNumber | undefined): void {
    const end = call.field('arguments')?.endLine ?? call.line;
    for (const each of spelledOut(path === '' ? '/' : path))
      for (const method of methods)
        noteRoute(this.#r.model, {
          router: this.#router,
          method: method === 'all' ? 'ANY' : method.toUpperCase(),
          path: each,
          handler,
          start: call.line,
          end,
        });
  }

  /** The controller method that Rails derives from `admin/items#index`. Some names in it may be acronyms, such as `API`. */
  #action(controller: string, action: string): ExprNumber {
    const named = constantNamed(`${controller}_controller`);
    const names = this.#engine === '' ? [named] : [`${this.#engine}::${named}`, named];
    const spellings = [...names, ...names.map((name) => name.replaceAll(/\b[A-Z][a-z]{1,3}(?=::)/g, (word) => word.toUpperCase()))];
    const r = this.#r;
    return [...new Set(spellings)]
      .map((name) => r.expr(['.', r.expr(['new', constant(r, `::${name}`), [], []]), action]))
      .reduceRight((rest, first) => r.expr(['else', first, rest]));
  }

  /** `mount Shop::Engine => '/shop'`, `mount Shop::Engine, at: '/shop'` */
  #mount(call: Syntax, { values, options, arrow }: Arguments, place: Place): void {
    const child = (arrow?.from ?? values[0])?.text ?? '';
    const path = textOf(arrow?.to ?? options.get('at'));
    if (path !== undefined && /^[A-Z][\w:]*$/.test(child))
      noteMount(this.#r.model, this.#router, routerNamed(child), under(place.path, path), call.line);
  }
}

const APPLICATION: WrittenRouter = { name: 'ruby:<application>', isRoot: true };

function under(prefix: string, path: string): string {
  return path === '' || path === '/' ? prefix : `${prefix}/${path.replace(/^\//, '')}`;
}
