import { nodeId } from '../node-id.ts';
import { targetsOf } from '../targets.ts';
import { callAt, memberAt, type HttpReading } from './http-reading.ts';
import { functionKey, isOutside, type Origin } from './origins.ts';
import { HOLE, textOf, type Text } from './texts.ts';

const VERBS = /^(?:get|post|put|patch|delete|head|options)$/;

/** A kind of router that a package gives out, known by how it is made. */
interface Framework {
  readonly made: RegExp;
  /** Those whose paths begin at the root. */
  readonly root?: RegExp;
  /** The argument that is the prefix of all its routes. */
  readonly prefix?: string;
  /** Methods that give back another router (`prefix`: by their first argument), or the same. */
  readonly gives?: Readonly<Record<string, 'prefix' | 'same'>>;
  read(call: HttpReading, router: string): void;
}

interface Router {
  readonly key: string;
  /** None for a parameter or a result of which only other files may say that it is a router. */
  readonly framework: Framework | undefined;
}

const EXPRESS: Framework = {
  made: /^npm\/express(?:-serve-static-core)?:(?:(?:\(|Router\(|Express\(|Application\(|IRouter\()\)|core\.(?:Express|Router)\(\))$/,
  root: /:(?:\(\)|Express\(\)|Application\(\)|core\.Express\(\))$/,
  gives: { route: 'same', get: 'same', post: 'same', put: 'same', patch: 'same', delete: 'same', all: 'same', use: 'same' },
  read: (call, router) => {
    const { name, args } = call;
    if (VERBS.test(name) || name === 'all') {
      const chained = call.object === undefined ? undefined : chainedPath(call, call.object);
      if (chained === undefined && args.length < 2) return;
      for (const path of pathsOf(call, chained ?? args[0])) call.route(router, name === 'all' ? 'ANY' : name, path, args.at(-1));
    } else if (name === 'use') {
      const first = args[0] === undefined ? HOLE : call.text(args[0]);
      const hasPath = typeof first[0] === 'string' || first.length > 1;
      for (const child of hasPath ? args.slice(1) : args) mount(call, router, child, hasPath ? first : ['']);
    }
  },
};

/** The path of `.route('/x').get(…).post(…)`. */
function chainedPath(call: HttpReading, number: number): number | undefined {
  const { exprs } = call.unit.extraction;
  const called = callAt(call.unit, number);
  const callee = called === undefined ? undefined : exprs[called.callee];
  if (callee?.[0] !== '.') return undefined;
  if (callee[2] === 'route') return called!.args[0];
  return VERBS.test(callee[2]) ? chainedPath(call, callee[1]) : undefined;
}

function pathsOf(call: HttpReading, number: number | undefined): Text[] {
  const list = call.texts(number);
  return list.length > 0 ? list.map((path) => [path]) : [call.text(number)];
}

const FASTIFY: Framework = {
  made: /^npm\/fastify:(?:fastify|Fastify|FastifyInstance)?\(\)$/,
  root: /:(?:fastify|Fastify)?\(\)$/,
  gives: { withTypeProvider: 'same', register: 'same', get: 'same', post: 'same' },
  read: (call, router) => {
    const { name, args } = call;
    if ((VERBS.test(name) || name === 'all') && args.length >= 2)
      call.route(router, name === 'all' ? 'ANY' : name, call.text(args[0]), handlerIn(call, args.at(-1)));
    else if (name === 'route') {
      const handler = call.member(args[0], 'handler');
      for (const method of call.texts(call.member(args[0], 'method')))
        call.route(router, method, call.text(call.member(args[0], 'url') ?? call.member(args[0], 'path')), handler);
    } else if (name === 'register' && args[0] !== undefined) {
      const prefix = call.member(args[1], 'prefix');
      const child = functionGiven(call, args[0]);
      if (child !== undefined)
        call.facts.mounts.push({ parent: router, child: `${child}(0)`, prefix: prefix === undefined ? [''] : call.text(prefix) });
    }
  },
};

function handlerIn(call: HttpReading, number: number | undefined): number | undefined {
  return call.member(number, 'handler') ?? number;
}

const FASTAPI: Framework = {
  made: /^pypi\/fastapi:(?:FastAPI|APIRouter)\(\)$/,
  root: /:FastAPI\(\)$/,
  prefix: 'prefix',
  read: (call, router) => {
    const { name, args, named } = call;
    const path = args[0] ?? named.get('path');
    if (VERBS.test(name)) {
      if (call.call.decorates !== undefined) call.route(router, name, call.text(path), undefined);
    } else if (name === 'api_route' || name === 'add_api_route') {
      const methods = call.texts(named.get('methods'));
      for (const method of methods.length === 0 ? ['GET'] : methods)
        call.route(router, method, call.text(path), args[1] ?? named.get('endpoint'));
    } else if (name === 'include_router' && args[0] !== undefined) {
      const prefix = named.get('prefix');
      mount(call, router, args[0], prefix === undefined ? [''] : call.text(prefix));
    } else if (name === 'mount' && args[1] !== undefined) mount(call, router, args[1], call.text(path));
  },
};

const FLASK: Framework = {
  made: /^pypi\/flask:(?:Flask|Blueprint)\(\)$/,
  root: /:Flask\(\)$/,
  prefix: 'url_prefix',
  read: (call, router) => {
    const { name, args, named } = call;
    const path = call.text(args[0] ?? named.get('rule'));
    const isWorn = call.call.decorates !== undefined;
    if (VERBS.test(name) && isWorn) call.route(router, name, path, undefined);
    else if ((name === 'route' && isWorn) || name === 'add_url_rule') {
      const methods = call.texts(named.get('methods'));
      for (const method of methods.length === 0 ? ['GET'] : methods) call.route(router, method, path, named.get('view_func') ?? args[2]);
    } else if (name === 'register_blueprint' && args[0] !== undefined) {
      const prefix = named.get('url_prefix');
      const child = routerOf(call, call.origin(args[0]));
      if (child === undefined) return;
      if (prefix === undefined) call.facts.mounts.push({ parent: router, child: child.key, prefix: [''] });
      else call.facts.mounts.push({ parent: router, child: child.key, prefix: call.text(prefix), replaces: true });
    }
  },
};

const NET_HTTP: Framework = {
  made: /^go\/net\/http:(?:NewServeMux\(\)|ServeMux\(\)|DefaultServeMux)$/,
  root: /./,
  read: (call, router) => {
    const { name, args } = call;
    if ((name !== 'HandleFunc' && name !== 'Handle') || args.length < 2) return;
    const pattern = call.text(args[0]);
    const [first] = pattern;
    const method = typeof first === 'string' ? /^([A-Z]+) +/.exec(first) : null;
    const rest: Text = method === null ? pattern : [(first as string).slice(method[0].length), ...pattern.slice(1)];
    // "example.com/items" is of one host.
    const path: Text = typeof rest[0] === 'string' && !rest[0].startsWith('/') ? [rest[0].replace(/^[^/]*/, ''), ...rest.slice(1)] : rest;
    if (name === 'Handle' && handsOn(call, router, args[1]!)) return;
    const whole = path.at(-1);
    const isTree = typeof whole === 'string' && whole.endsWith('/');
    call.route(router, method?.[1] ?? 'ANY', isTree ? [...path.slice(0, -1), `${whole}{rest...}`] : path, args[1]);
  },
};

/** `mux.Handle("/api/", http.StripPrefix("/api", other))`, or another mux as it is. */
function handsOn(call: HttpReading, router: string, handler: number): boolean {
  const stripped = callAt(call.unit, handler);
  const isStripped = stripped !== undefined && call.origin(stripped.callee)?.by === 'go/net/http:StripPrefix';
  const child = routerOf(call, call.origin(isStripped ? stripped.args[1] : handler));
  if (child?.framework === undefined) return false;
  call.facts.mounts.push({ parent: router, child: child.key, prefix: isStripped ? call.text(stripped.args[0]) : [''] });
  return true;
}

const CHI: Framework = {
  made: /^golang\/github\.com\/go-chi\/chi(?:\/v\d+)?:(?:NewRouter|NewMux|Router|Mux)\(\)$/,
  root: /:New\w+\(\)$/,
  gives: { With: 'same' },
  read: (call, router) => {
    const { name, args } = call;
    if (/^(?:Get|Post|Put|Patch|Delete|Head|Options)$/.test(name) && args.length >= 2)
      call.route(router, name, call.text(args[0]), args[1]);
    else if ((name === 'Handle' || name === 'HandleFunc') && args.length >= 2) call.route(router, 'ANY', call.text(args[0]), args[1]);
    else if ((name === 'Method' || name === 'MethodFunc') && args.length >= 3)
      for (const method of call.texts(args[0])) call.route(router, method, call.text(args[1]), args[2]);
    else if (name === 'Route' || name === 'Group') {
      const child = functionGiven(call, args.at(-1)!);
      if (child !== undefined)
        call.facts.mounts.push({
          parent: router,
          child: `${child}(0)`,
          prefix: name === 'Route' ? call.text(args[0]) : [''],
          isGroup: true,
        });
    } else if (name === 'Mount' && args[1] !== undefined) mount(call, router, args[1], call.text(args[0]));
  },
};

const GIN: Framework = {
  made: /^golang\/github\.com\/(?:gin-gonic\/gin:(?:Default|New|Engine|RouterGroup|IRouter|IRoutes)|labstack\/echo(?:\/v\d+)?:(?:New|Echo|Group))\(\)$/,
  root: /:(?:Default|New|Engine|Echo)\(\)$/,
  gives: { Group: 'prefix', Use: 'same' },
  read: (call, router) => {
    const { name, args } = call;
    const handler = /echo/.test(call.origin(call.object)?.by ?? '') ? args[1] : args.at(-1);
    if (/^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|Any)$/.test(name) && args.length >= 2)
      call.route(router, name, call.text(args[0]), handler);
    else if (name === 'Handle' && args.length >= 3)
      for (const method of call.texts(args[0])) call.route(router, method, call.text(args[1]), args.at(-1));
  },
};

const FRAMEWORKS: readonly Framework[] = [EXPRESS, FASTIFY, FASTAPI, FLASK, NET_HTTP, CHI, GIN];

/** The router that a value is, if the code says that it is one. Notes how it was made. */
export function routerOf(call: HttpReading, origin: Origin | undefined): Router | undefined {
  if (origin === undefined) return undefined;
  const { by, key, of } = origin;
  if (by === 'param' || by === 'result') return { key, framework: undefined };
  const framework = FRAMEWORKS.find(({ made }) => made.test(by));
  if (framework !== undefined) {
    const root = framework.root?.test(by) === true;
    call.facts.routers.push({ key, root, prefix: ownPrefix(call, origin, framework.prefix) });
    return { key, framework };
  }
  const method = /\.(\w+)\(\)$/.exec(by)?.[1];
  if (method === undefined || of === undefined) return undefined;
  const parent = routerOf(call, of);
  const gives = parent?.framework?.gives?.[method];
  if (parent === undefined || gives === undefined) return undefined;
  if (gives === 'same') return parent;
  const made = origin.call === undefined ? undefined : callAt(origin.unit, origin.call);
  const prefix = made?.args[0] === undefined ? HOLE : textOf(call.e, origin.unit, made.args[0]);
  call.facts.mounts.push({ parent: parent.key, child: key, prefix, isGroup: true });
  return { key, framework: parent.framework };
}

function ownPrefix(call: HttpReading, { unit, call: number }: Origin, name: string | undefined): Text {
  const made = number === undefined || name === undefined ? undefined : callAt(unit, number);
  const given = made?.named.find(([each]) => each === name)?.[1] ?? memberAt(call.e, unit, made?.args[0], name ?? '');
  return given === undefined ? [''] : textOf(call.e, unit, given);
}

function mount(call: HttpReading, parent: string, child: number, prefix: Text): void {
  const router = routerOf(call, call.origin(child));
  if (router !== undefined) call.facts.mounts.push({ parent, child: router.key, prefix });
}

/** The key of a function that is handed over, looked through what it is wrapped in. */
function functionGiven(call: HttpReading, number: number, depth = 0): string | undefined {
  const expr = call.unit.extraction.exprs[number]!;
  if (expr[0] === 'fn') return functionKey(call.unit, expr[1]);
  const origin = call.origin(number);
  if (origin?.by === 'fn') return origin.key;
  const called = callAt(call.unit, number);
  if (called !== undefined && depth < 3 && called.args[0] !== undefined) return functionGiven(call, called.args[0], depth + 1);
  const { targets } = targetsOf(call.e, call.unit, number);
  return targets.length === 1 ? nodeId(targets[0]!.unit, targets[0]!.node) : undefined;
}

/** Generic names of methods on what may turn out to be a router. */
const UNTYPED: readonly Framework[] = [EXPRESS, FASTIFY];

/** Routes and mounts. @returns whether it was a router's */
export function readRouter(call: HttpReading): boolean {
  const { name, object, unit } = call;
  if (object === undefined) return false;
  const origin = call.origin(object);
  // http.HandleFunc("/x", f)
  if (origin?.by === 'go/net/http:') {
    if (name !== 'HandleFunc' && name !== 'Handle') return false;
    const key = 'go/net/http:DefaultServeMux';
    call.facts.routers.push({ key, root: true, prefix: [''] });
    NET_HTTP.read(call, key);
    return true;
  }
  const router = routerOf(call, origin);
  if (router === undefined) return false;
  if (router.framework !== undefined) {
    router.framework.read(call, router.key);
    return true;
  }
  if (unit.extraction.language !== 'javascript' && unit.extraction.language !== 'typescript') return false;
  const { length } = call.facts.routes;
  if (name === 'use') EXPRESS.read(call, router.key);
  else if (VERBS.test(name) || name === 'route' || name === 'register') UNTYPED[1]!.read(call, router.key);
  return call.facts.routes.length > length;
}

/** Routers that are handed to a function of the program: there, they are its parameters. */
export function readHandedOn(call: HttpReading): void {
  for (const [i, arg] of call.args.entries()) {
    const origin = call.origin(arg);
    if (origin === undefined || (!isOutside(origin) && origin.by !== 'param')) continue;
    const router = routerOf(call, origin);
    if (router === undefined) continue;
    const { targets } = targetsOf(call.e, call.unit, call.callee);
    if (targets.length !== 1) continue;
    // It may be handed several of them, one after the other.
    const child = `${nodeId(targets[0]!.unit, targets[0]!.node)}(${String(i)})`;
    call.facts.mounts.push({ parent: router.key, child, prefix: [''], isGroup: true });
  }
}
