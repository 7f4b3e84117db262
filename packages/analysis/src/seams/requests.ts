import { OPENAPI_GENERATOR } from '../extraction/http-calls.ts';
import type { ExprNumber } from '../extraction/numbers.ts';
import type { NodeNumber } from '../extraction/numbers.ts';
import type { Unit } from '../resolution/program/unit.ts';
import { targetsOf } from '../resolution/relationships/targets.ts';
import { callAt, memberAt, type HttpReading } from './http-reading.ts';
import { isOutside, type Origin } from './origins.ts';
import { HOLE, isKnown, literal, textOf, type Piece, type Text } from './texts.ts';

/** Expressions of values of the language's own. */
const NO_CLIENT: ReadonlySet<string> = new Set(['object', 'array', 'prim', 'text', 'lit', 'concat']);
const VERB = /^(?:get|post|put|patch|delete|head|options)$/i;
/** Clients of @nuxtjs/axios have `$get` beside `get`. */
const EVIDENT_VERB = /^\$?(get|post|put|patch|delete|head|options)$/i;

/** A function or a client that makes requests, recognised by how it is called. */
interface Requester {
  readonly called: RegExp;
  /** The member or named argument, in the client's creation, that all its addresses begin with. */
  readonly base?: string;
  readonly read: (call: HttpReading, verb: string) => { method: Piece; url: ExprNumber | undefined } | undefined;
}

const byVerb: Requester['read'] = ({ args, named }, verb) => ({ method: verb.toUpperCase(), url: args[0] ?? named.get('url') });
const byMethodAndUrl: Requester['read'] = (call) => ({
  method: one(call.text(call.args[0] ?? call.named.get('method'))),
  url: call.args[1] ?? call.named.get('url'),
});
const byOptions: Requester['read'] = (call) => ({ method: methodOf(call, call.args[1]), url: call.args[0] });
/** `axios({url, method})`, `axios(url, {method})` */
const byConfig: Requester['read'] = (call) => {
  const config = call.member(call.args[0], 'url') === undefined ? undefined : call.args[0];
  return config === undefined ? byOptions(call, '') : { method: methodOf(call, config), url: call.member(config, 'url') };
};

const REQUESTERS: readonly Requester[] = [
  // Nuxt's own, which are visible without an import, and the client of its modules.
  { called: /^global:(?:\$fetch|use(?:Lazy)?Fetch)$/, read: byOptions },
  { called: /:use(?:Context|NuxtApp)\(\)\.\$axios\.\$?(get|post|put|patch|delete|head|options)$/, read: byVerb },
  { called: new RegExp(`^global:${OPENAPI_GENERATOR}$`), read: byOptions },
  {
    called:
      /^(?:global:(?:(?:window|globalThis|self)\.)?fetch|npm\/(?:node-fetch|cross-fetch|isomorphic-fetch|undici|ofetch):(?:\$?o?fetch|request)?)$/,
    read: byOptions,
  },
  {
    called: /^npm\/axios:(?:axios)?(?:(?:\.?create|AxiosInstance|Axios)\(\))?\.?(get|post|put|patch|delete|head|options)$/,
    base: 'baseURL',
    read: byVerb,
  },
  { called: /^npm\/axios:(?:axios)?(?:(?:\.?create|AxiosInstance|Axios)\(\))?(?:\.?request)?$/, base: 'baseURL', read: byConfig },
  { called: /^npm\/ky:(?:\.?(?:create|extend)\(\))?\.?(get|post|put|patch|delete|head)$/, base: 'prefixUrl', read: byVerb },
  { called: /^npm\/ky:(?:\.?(?:create|extend)\(\))?$/, base: 'prefixUrl', read: byOptions },
  { called: /^npm\/@angular\/common:HttpClient\(\)\.(get|post|put|patch|delete|head|options)$/, read: byVerb },
  { called: /^npm\/@angular\/common:HttpClient\(\)\.request$/, read: byMethodAndUrl },
  { called: /^npm\/openapi-fetch:\(\)\.(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/, base: 'baseUrl', read: byVerb },
  { called: /^npm\/supertest:(?:agent)?\(\)\.(get|post|put|patch|delete|head)$/, read: byVerb },
  { called: /^pypi\/(?:requests|httpx):(get|post|put|patch|delete|head|options)$/, read: byVerb },
  { called: /^pypi\/(?:requests|httpx):request$/, read: byMethodAndUrl },
  {
    called:
      /^pypi\/(?:requests:[sS]ession|httpx:(?:Async)?Client|(?:fastapi|starlette):TestClient|django:Client|flask:Flask\(\)\.test_client|aiohttp:ClientSession)\(\)\.(get|post|put|patch|delete|head|options)$/,
    base: 'base_url',
    read: byVerb,
  },
  {
    called: /^pypi\/(?:requests:[sS]ession|httpx:(?:Async)?Client|(?:fastapi|starlette):TestClient|aiohttp:ClientSession)\(\)\.request$/,
    base: 'base_url',
    read: byMethodAndUrl,
  },
  { called: /^go\/net\/http:(?:DefaultClient\.|Client\(\)\.)?(Get|Post|Head)$/, read: byVerb },
  { called: /^go\/net\/http:(?:DefaultClient\.|Client\(\)\.)?PostForm$/, read: ({ args }) => ({ method: 'POST', url: args[0] }) },
  { called: /^go\/net\/http(?:\/httptest)?:NewRequest$/, read: byMethodAndUrl },
  { called: /^(?:dotnet|nuget)\/[^:]*:HttpClient\(\)\.(Get|Post|Put|Patch|Delete)(?:String|Stream|FromJson|AsJson)?Async$/, read: byVerb },
  { called: /^go\/net\/http:NewRequestWithContext$/, read: (call) => ({ method: one(call.text(call.args[1])), url: call.args[2] }) },
];

/**
 * Reads the requests that this call makes.
 * @returns whether it makes any
 */
export function readRequest(call: HttpReading): boolean {
  const origin = call.origin(call.callee);
  if (origin !== undefined) {
    for (const { called, base, read } of REQUESTERS) {
      const match = called.exec(origin.by);
      if (match === null) continue;
      const found = read(call, match[1] ?? '');
      if (found?.url !== undefined)
        note(call, found.method, call.text(found.url), base === undefined ? undefined : baseOf(call, origin.of, base));
      return true;
    }
  }
  return readGenerated(call) || readDescribed(call);
}

/**
 * `x.get(url)`, of which nothing shows that `x` is a client: an interface that is implemented elsewhere, a client of an unknown library.
 * It is noted, and counts if exactly one route answers it.
 */
export function readEvident(call: HttpReading): void {
  const verb = EVIDENT_VERB.exec(call.name)?.[1]?.toUpperCase();
  if (verb === undefined || call.object === undefined || call.args[0] === undefined) return;
  const origin = call.origin(call.callee);
  if (origin !== undefined && isOutside(origin)) return; // a library that is known, and is no client
  if (NO_CLIENT.has(call.unit.extraction.exprs[call.object]![0])) return;
  const { targets } = targetsOf(call.e, call.unit, call.callee);
  if (targets.some(({ unit, node }) => hasBody(unit, node))) return; // what it does with the path is known
  const url = call.text(call.args[0]);
  const tells = isKnown(url) || url.some((piece) => typeof piece !== 'string' && piece.isInherited === true);
  if (tells) call.records.requests.push({ source: call.source, offset: call.offset, method: verb, url, isEvident: true });
}

function hasBody(unit: Unit, number: NodeNumber): boolean {
  const { nodes } = unit.extraction;
  const node = nodes[number]!;
  return node.is_abstract !== true && nodes[node.parent]?.type !== 'interface';
}

function note(call: HttpReading, method: Piece, url: Text, base?: Text): void {
  if (!isKnown(url) && !url.some((piece) => typeof piece !== 'string' && piece.of !== undefined)) return;
  call.records.requests.push({ source: call.source, offset: call.offset, method, ...(base === undefined ? {} : { base }), url });
}

/** The base that all addresses of the client begin with, as given when it was created. */
function baseOf(call: HttpReading, client: Origin | undefined, name: string): Text | undefined {
  const made = client?.call === undefined ? undefined : callAt(client.unit, client.call);
  const given = made?.named.find(([each]) => each === name)?.[1] ?? memberAt(call.e, client?.unit ?? call.unit, made?.args[0], name);
  if (given !== undefined) return textOf(call.e, client!.unit, given);
  // An instance whose creation is not known may have any base.
  return client?.by.endsWith('AxiosInstance()') === true ? HOLE : undefined;
}

/** The `method` in the options of a request: GET if there is none. */
function methodOf(call: HttpReading, options: ExprNumber | undefined): Piece {
  if (options === undefined) return 'GET';
  const written = call.member(options, 'method');
  if (written !== undefined) return one(call.text(written));
  if (call.unit.extraction.exprs[options]![0] !== 'object') return memberOf(one(call.text(options)));
  const [spread] = call.spreads(options);
  return spread === undefined ? 'GET' : memberOf(one(call.text(spread)));
}

/** The member `method` of a hole. */
function memberOf(hole: Piece): Piece {
  return typeof hole === 'string' || hole.of === undefined || hole.name !== undefined ? {} : { ...hole, name: 'method' };
}

function one(text: Text): Piece {
  const [first = {}] = text;
  if (text.length > 1) return {};
  return typeof first === 'string' ? first.toUpperCase() : first;
}

/** hey-api: `(options.client ?? client).post({ url: '/items', … })`, on a client that `createClient` created. */
function readGenerated(call: HttpReading): boolean {
  const url = call.member(call.args[0], 'url');
  if (!VERB.test(call.name) || url === undefined || call.object === undefined) return false;
  const by = call.origin(call.object);
  if (by === undefined || !(/createClient\(\)$/.test(by.by) || (by.by === 'result' && /[#.]createClient\(\)$/.test(by.key)))) return false;
  note(call, call.name.toUpperCase(), call.text(url));
  return true;
}

const SENDING = /request|fetch|inject|send|http|ajax|api/i;

/** Generated clients, and tests: `request(config, { method: 'GET', url: '/items/{id}' })`. */
function readDescribed(call: HttpReading): boolean {
  if (!SENDING.test(call.name)) return false;
  for (const arg of call.args) {
    const method = literal(call.text(call.member(arg, 'method')));
    const url = call.member(arg, 'url') ?? call.member(arg, 'path');
    if (method === undefined || !VERB.test(method) || url === undefined || call.hasMember(arg, 'handler')) continue;
    const text = call.text(url);
    const [first] = text;
    if (typeof first !== 'string' || !first.startsWith('/')) continue;
    note(call, method.toUpperCase(), text);
    return true;
  }
  return false;
}
