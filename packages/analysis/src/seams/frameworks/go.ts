import type { ExprNumber } from '../../extraction/numbers.ts';
import { callAt, type HttpReading } from '../http-reading.ts';
import type { Text } from '../texts.ts';
import { functionGiven, mount, type Framework, type RouterAt } from './framework.ts';

export const NET_HTTP: Framework = {
  made: /^go\/net\/http:(?:NewServeMux\(\)|ServeMux\(\)|DefaultServeMux)$/,
  root: /./,
  read: (call, router, routerAt) => {
    const { name, args } = call;
    if ((name !== 'HandleFunc' && name !== 'Handle') || args.length < 2) return;
    const pattern = call.text(args[0]);
    const [first] = pattern;
    const method = typeof first === 'string' ? /^([A-Z]+) +/.exec(first) : null;
    const rest: Text = method === null ? pattern : [(first as string).slice(method[0].length), ...pattern.slice(1)];
    // "example.com/items" applies to one host.
    const path: Text = typeof rest[0] === 'string' && !rest[0].startsWith('/') ? [rest[0].replace(/^[^/]*/, ''), ...rest.slice(1)] : rest;
    if (name === 'Handle' && handsOn(call, router, routerAt, args[1]!)) return;
    const whole = path.at(-1);
    const isTree = typeof whole === 'string' && whole.endsWith('/');
    call.route(router, method?.[1] ?? 'ANY', isTree ? [...path.slice(0, -1), `${whole}{rest...}`] : path, args[1]);
  },
};

/** Reads `mux.Handle("/api/", http.StripPrefix("/api", other))`, or another mux without StripPrefix. */
function handsOn(call: HttpReading, router: string, routerAt: RouterAt, handler: ExprNumber): boolean {
  const stripped = callAt(call.unit, handler);
  const isStripped = stripped !== undefined && call.origin(stripped.callee)?.by === 'go/net/http:StripPrefix';
  const child = routerAt(isStripped ? stripped.args[1] : handler);
  if (child?.framework === undefined) return false;
  call.records.mounts.push({ parent: router, child: child.key, prefix: isStripped ? call.text(stripped.args[0]) : [''] });
  return true;
}

export const CHI: Framework = {
  made: /^golang\/github\.com\/go-chi\/chi(?:\/v\d+)?:(?:NewRouter|NewMux|Router|Mux)\(\)$/,
  root: /:New\w+\(\)$/,
  gives: { With: 'same' },
  read: (call, router, routerAt) => {
    const { name, args } = call;
    if (/^(?:Get|Post|Put|Patch|Delete|Head|Options)$/.test(name) && args.length >= 2)
      call.route(router, name, call.text(args[0]), args[1]);
    else if ((name === 'Handle' || name === 'HandleFunc') && args.length >= 2) call.route(router, 'ANY', call.text(args[0]), args[1]);
    else if ((name === 'Method' || name === 'MethodFunc') && args.length >= 3)
      for (const method of call.texts(args[0])) call.route(router, method, call.text(args[1]), args[2]);
    else if (name === 'Route' || name === 'Group') {
      const child = functionGiven(call, args.at(-1)!);
      if (child !== undefined)
        call.records.mounts.push({
          parent: router,
          child: `${child}(0)`,
          prefix: name === 'Route' ? call.text(args[0]) : [''],
          isGroup: true,
        });
    } else if (name === 'Mount' && args[1] !== undefined) mount(call, router, routerAt(args[1]), call.text(args[0]));
  },
};

export const GIN: Framework = {
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

/** gorilla/mux: a route is a chain, `r.HandleFunc("/x", f).Methods("GET")`, `r.Methods("GET").Path("/x").HandlerFunc(f)`. */
export const GORILLA: Framework = {
  made: /^golang\/github\.com\/gorilla\/mux:(?:NewRouter|Router)\(\)$/,
  root: /:NewRouter\(\)$/,
  gives: {
    PathPrefix: 'prefix',
    Subrouter: 'same',
    StrictSlash: 'same',
    Methods: 'same',
    Path: 'same',
    HandleFunc: 'same',
    Handle: 'same',
    HandlerFunc: 'same',
    Handler: 'same',
    Name: 'same',
    Queries: 'same',
    Headers: 'same',
  },
  read: (call, router) => {
    const { unit, name } = call;
    if (!LINKS.test(name)) return;
    const { exprs, http = [] } = unit.extraction;
    const goesOn = http.some(({ expr }) => {
      const callee = exprs[callAt(unit, expr)!.callee]!;
      return callee[0] === '.' && callee[1] === call.call.expr && LINKS.test(callee[2]);
    });
    // The last link of a chain reads the whole chain.
    if (goesOn) return;
    let [path, handler, methods]: [Text | undefined, ExprNumber | undefined, string[]] = [undefined, undefined, []];
    for (let link = callAt(unit, call.call.expr); link !== undefined;) {
      const callee = exprs[link.callee]!;
      if (callee[0] !== '.' || !LINKS.test(callee[2])) break;
      const [first, second] = link.args;
      if (callee[2] === 'Methods') methods = link.args.flatMap((arg) => call.texts(arg));
      else if (callee[2] === 'Path') path = call.text(first);
      else if (callee[2].startsWith('Handler')) handler = first;
      else [path, handler] = [call.text(first), second];
      link = callAt(unit, callee[1]);
    }
    if (path === undefined || handler === undefined) return;
    for (const method of methods.length === 0 ? ['ANY'] : methods) call.route(router, method, path, handler);
  },
};

const LINKS = /^(?:Methods|Path|HandleFunc|Handle|HandlerFunc|Handler)$/;
