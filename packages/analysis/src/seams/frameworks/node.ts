import type { ExprNumber } from '../../extraction/numbers.ts';
import { callAt, type HttpReading } from '../http-reading.ts';
import { HOLE, literal, type Text } from '../texts.ts';
import { VERBS, functionGiven, mount, type Framework } from './framework.ts';

export const EXPRESS: Framework = {
  made: /^npm\/express(?:-serve-static-core)?:(?:(?:\(|Router\(|Express\(|Application\(|IRouter\()\)|core\.(?:Express|Router)\(\))$/,
  root: /:(?:\(\)|Express\(\)|Application\(\)|core\.Express\(\))$/,
  gives: { route: 'same', get: 'same', post: 'same', put: 'same', patch: 'same', delete: 'same', all: 'same', use: 'same' },
  read: (call, router, routerAt) => {
    const { name, args } = call;
    if (VERBS.test(name) || name === 'all') {
      const chained = call.object === undefined ? undefined : chainedPath(call, call.object);
      if (chained === undefined && args.length < 2) return;
      for (const path of pathsOf(call, chained ?? args[0])) call.route(router, name === 'all' ? 'ANY' : name, path, args.at(-1));
    } else if (name === 'use') {
      const first = args[0] === undefined ? HOLE : call.text(args[0]);
      const hasPath = typeof first[0] === 'string' || first.length > 1;
      for (const child of hasPath ? args.slice(1) : args) mount(call, router, routerAt(child), hasPath ? first : ['']);
    }
  },
};

/** The path in `.route('/x').get(…).post(…)`. */
function chainedPath(call: HttpReading, number: ExprNumber): ExprNumber | undefined {
  const { exprs } = call.unit.extraction;
  const called = callAt(call.unit, number);
  const callee = called === undefined ? undefined : exprs[called.callee];
  if (callee?.[0] !== '.') return undefined;
  if (callee[2] === 'route') return called!.args[0];
  return VERBS.test(callee[2]) ? chainedPath(call, callee[1]) : undefined;
}

function pathsOf(call: HttpReading, number: ExprNumber | undefined): Text[] {
  const list = call.texts(number);
  return list.length > 0 ? list.map((path) => [path]) : [call.text(number)];
}

export const FASTIFY: Framework = {
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
        call.records.mounts.push({ parent: router, child: `${child}(0)`, prefix: prefix === undefined ? [''] : call.text(prefix) });
    }
  },
};

function handlerIn(call: HttpReading, number: ExprNumber | undefined): ExprNumber | undefined {
  return call.member(number, 'handler') ?? number;
}

/** Koa's applications, and the routers of @koa/router. */
export const KOA: Framework = {
  made: /^npm\/(?:koa:(?:Koa|Application)?|(?:@koa\/router|koa-router):(?:Router|KoaRouter)?)\(\)$/,
  root: /^npm\/koa:/,
  prefix: 'prefix',
  gives: { routes: 'same', middleware: 'same', use: 'same', get: 'same', post: 'same', put: 'same', patch: 'same', delete: 'same' },
  read: (call, router, routerAt) => {
    const { name, args } = call;
    if ((VERBS.test(name) || name === 'del' || name === 'all') && args.length >= 2) {
      // A route may have a name, as its first argument.
      const isNamed = args.length >= 3 && literal(call.text(args[1]))?.startsWith('/') === true;
      const method = name === 'all' ? 'ANY' : name === 'del' ? 'delete' : name;
      for (const path of pathsOf(call, args[isNamed ? 1 : 0])) call.route(router, method, path, args.at(-1));
    } else if (name === 'prefix') call.records.routers.push({ key: router, root: false, prefix: call.text(args[0]) });
    else if (name === 'use') {
      const prefix = args[0] === undefined || routerAt(args[0]) !== undefined ? [''] : call.text(args[0]);
      for (const child of args) mount(call, router, routerAt(child), prefix);
    }
  },
};

export const HONO: Framework = {
  made: /^npm\/(?:hono:Hono|@hono\/zod-openapi:OpenAPIHono)\(\)$/,
  root: /./,
  gives: {
    basePath: 'prefix',
    route: 'same',
    use: 'same',
    get: 'same',
    post: 'same',
    put: 'same',
    patch: 'same',
    delete: 'same',
    all: 'same',
    on: 'same',
  },
  read: (call, router, routerAt) => {
    const { name, args } = call;
    if ((VERBS.test(name) || name === 'all') && args.length >= 2) {
      for (const path of pathsOf(call, args[0])) call.route(router, name === 'all' ? 'ANY' : name, path, args.at(-1));
    } else if (name === 'on' && args.length >= 3) {
      for (const method of call.texts(args[0])) for (const path of pathsOf(call, args[1])) call.route(router, method, path, args.at(-1));
    } else if (name === 'route') mount(call, router, routerAt(args[1]), call.text(args[0]));
  },
};
