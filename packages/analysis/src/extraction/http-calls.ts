import type { Expr, FunctionRecord } from './extraction.ts';
import type { FileModel } from './file-model.ts';
import { FILE_NODE, type ExprNumber, type NodeNumber } from './numbers.ts';
import { isTextual } from './surface.ts';

/** Last names of callees that may register a route, mount a router, or make a request. */
const NAMES = new Set(
  (
    'get post put patch delete head options all any request fetch use route register mount group method ' +
    'include_router add_api_route register_blueprint add_url_rule path re_path url ' +
    'handle handlefunc methodfunc methods handlerfunc newrequest newrequestwithcontext postform setglobalprefix ' +
    'mapget mappost mapput mappatch mapdelete mapmethods mapgroup'
  ).split(' '),
);
const WORN =
  /^(?:Controller|Get|Post|Put|Patch|Delete|Head|Options|All|(?:Get|Post|Put|Patch|Delete|Request)Mapping|RestController|FeignClient|(?:Application)?Path|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|Route|ApiController|Http(?:Get|Post|Put|Patch|Delete|Head|Options))$/;
/** Names of arguments that may tell something about a route or a request. */
const TELLING = new Set([
  'prefix',
  'url_prefix',
  'base_url',
  'methods',
  'method',
  'path',
  'value',
  'url',
  'rule',
  'view_func',
  'view',
  'endpoint',
]);
/** A variable with such a name may be a path that is passed on. */
const PATH = /^(?:path|pathname|url|uri|route|href|endpoint)$/i;
/** A variable with such a name may be a router that is passed on. */
const ROUTER = /app|router|server|fastify|mux|engine|group|api|^(?:r|e|g|v\d+|rg)$/i;

/** Records a call that may be a route, a mount or a request. It judges by the call's form only, so it records too many calls. */
export function noteHttpCall(model: FileModel, owner: NodeNumber, number: ExprNumber, start: number, end: number): void {
  const expr = model.exprs[number]!;
  if (expr[0] !== 'call' && expr[0] !== 'make' && expr[0] !== 'new') return;
  const args = expr[2];
  const isTelling =
    (args.length > 0 && NAMES.has(lastName(model, expr[1]).toLowerCase())) ||
    args.some(
      (arg) =>
        makesGroup(model, arg) ||
        hasPath(model, arg) ||
        describesRequest(model, arg) ||
        PATH.test(variableName(model, arg)) ||
        ROUTER.test(variableName(model, arg)),
    );
  if (isTelling) model.http.push({ owner, expr: number, start, end });
}

/** Stands for the sender of the requests that a client from openapi-generator describes in its variables. */
export const OPENAPI_GENERATOR = '<openapi-generator>';

/** Records `const localVarRequestOptions = { method: 'GET' }` as a request if `localVarPath` is known. */
export function noteGeneratedRequest(model: FileModel, owner: NodeNumber, path: ExprNumber, options: ExprNumber, line: number): void {
  const expr = model.expr(['call', model.expr(['global', OPENAPI_GENERATOR]), [path, options], []]);
  model.http.push({ owner, expr, start: line, end: line });
}

/** Stand for routes and mounted routers that a file writes as blocks. The language's plug-in has read them. */
export const WRITTEN_ROUTE = '<route>';
export const WRITTEN_MOUNT = '<mount>';

export interface WrittenRouter {
  readonly name: string;
  /** Whether its paths begin at the root if no other router mounts it. */
  readonly isRoot: boolean;
}

/** A route, with the parts of it that surrounding blocks of its file add. */
export interface WrittenRoute {
  readonly router: WrittenRouter;
  readonly method: string;
  readonly path: string;
  /** The number of the expression that serves the route. */
  readonly handler: ExprNumber | undefined;
  readonly start: number;
  readonly end: number;
}

export function noteRoute(model: FileModel, { router, method, path, handler, start, end }: WrittenRoute): void {
  const args = [...routerWritten(model, router), ...[method, path].map((text) => model.expr(['text', text]))];
  if (handler !== undefined) args.push(handler);
  model.http.push({ owner: FILE_NODE, expr: model.expr(['call', model.expr(['global', WRITTEN_ROUTE]), args, []]), start, end });
}

export function noteMount(model: FileModel, router: WrittenRouter, child: string, prefix: string, line: number): void {
  const args = [...routerWritten(model, router), ...[child, prefix].map((text) => model.expr(['text', text]))];
  model.http.push({
    owner: FILE_NODE,
    expr: model.expr(['call', model.expr(['global', WRITTEN_MOUNT]), args, []]),
    start: line,
    end: line,
  });
}

function routerWritten(model: FileModel, { name, isRoot }: WrittenRouter): ExprNumber[] {
  return [name, isRoot ? '/' : ''].map((text) => model.expr(['text', text]));
}

/** Records a decorator or annotation of a class or a function that may tell about routes. It judges by the form only. */
export function noteWorn(model: FileModel, number: ExprNumber, symbol: NodeNumber): void {
  const expr = model.exprs[number]!;
  if (expr[0] !== 'call' && expr[0] !== 'make') return;
  const name = lastName(model, expr[1]);
  if (!WORN.test(name) && !NAMES.has(name)) return;
  const { start, end } = model.nodes[symbol]!;
  // A decorator that is a call may have been recorded as a call already.
  const known = model.http.findLastIndex((call) => call.expr === number && call.decorates === undefined);
  if (known !== -1) model.http.splice(known, 1);
  model.http.push({ owner: symbol, expr: number, start, end, decorates: symbol });
}

/** Records a value that a function returns, if it is a path or an object that the function made. */
export function noteGiven(model: FileModel, record: FunctionRecord, value: ExprNumber): void {
  let expr = model.exprs[value]!;
  if (expr[0] === '.' && expr[2] === 'href') expr = model.exprs[expr[1]]!;
  for (let steps = 0; steps < 3 && expr[0] === 'name'; steps++) expr = model.exprs[model.bindings[expr[1]]!.init ?? -1] ?? ['any'];
  if (isTextual(expr) || (expr[0] === 'new' && variableName(model, expr[1]) === 'URL')) record.path ??= value;
  else if (expr[0] === 'call' || expr[0] === 'new' || expr[0] === 'make' || expr[0] === 'await' || expr[0] === 'object')
    record.made ??= value;
}

export function namedArguments(args: readonly [name: string, value: ExprNumber][]): [string, ExprNumber][] {
  return args.filter(([name]) => TELLING.has(name));
}

/** `{ method: 'GET', url: '/items' }` */
function describesRequest(model: FileModel, number: ExprNumber): boolean {
  const expr = model.exprs[number]!;
  if (expr[0] !== 'object') return false;
  return model.shapes[expr[1]]!.members.some(({ name, init }) => (name === 'url' || name === 'path') && init !== undefined);
}

/** `v1.Group("/users")` */
function makesGroup(model: FileModel, number: ExprNumber): boolean {
  const expr = model.exprs[number]!;
  return (expr[0] === 'make' || expr[0] === 'call') && /^(?:Group|With)$/.test(lastName(model, expr[1]));
}

/** Whether a text, or one of its parts, contains a slash. */
export function hasPath(model: FileModel, number: ExprNumber): boolean {
  const expr = model.exprs[number]!;
  if (expr[0] === 'concat') return expr.slice(2).some((part) => hasPath(model, part as ExprNumber));
  return isTextual(expr) && (expr[1] as string).includes('/');
}

function lastName(model: FileModel, number: ExprNumber): string {
  const expr: Expr = model.exprs[number]!;
  if (expr[0] === '.') return expr[2];
  if (expr[0] === 'else') return lastName(model, expr[2]);
  return variableName(model, number);
}

function variableName(model: FileModel, number: ExprNumber): string {
  const expr = model.exprs[number]!;
  if (expr[0] === 'global' || expr[0] === '.') return expr[0] === '.' ? expr[2] : expr[1];
  return expr[0] === 'name' ? model.bindings[expr[1]]!.name : '';
}
