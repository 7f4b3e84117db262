import type { Case, Expectation } from '../generate/case.ts';
import { NODES } from '../rig/codebase.ts';
import type { Door } from '../rig/product.ts';
import type { Body } from '../wire/request.ts';

const HOST = ['host', '@host@'] as const;

function get(
  kind: string,
  door: Door,
  target: string,
  expect?: Expectation,
  headers: readonly (readonly [string, string])[] = [HOST],
): Case {
  const about = `GET ${target.split('?')[0]!}`;
  return { kind, about, request: { door, method: 'GET', target, headers }, ...(expect !== undefined && { expect }) };
}

function post(
  kind: string,
  door: Door,
  target: string,
  body: Body,
  expect?: Expectation,
  headers: readonly (readonly [string, string])[] = [HOST],
): Case {
  const request = { door, method: 'POST', target, headers: [...headers, ['content-type', 'application/json'] as const], body };
  return { kind, about: `POST ${target.split('?')[0]!}`, request, ...(expect !== undefined && { expect }) };
}

const text = (value: object): string => JSON.stringify(value);
const glob = (pattern: string): string => encodeURIComponent(pattern);

const EXTGLOB = '+([a-z]|[a-z/]|[a-z/.])!';
const BRACES = `{**,**}{**,**}{**,**}{**,**}${'{[^@],[^@][^@]}'.repeat(14)}@`;
const STARS = '*a*a*a*a*a*a*a*ab';

const patterns = [EXTGLOB, BRACES, STARS].flatMap((pattern) => [
  get('pattern', 'gateway', `/api/graph/nodes/search?graph=fuzzed&path=${glob(pattern)}`),
  get('pattern', 'gateway', `/api/graph/export?graph=fuzzed&path=${glob(pattern)}`),
  get('pattern', 'projector', `/api/graph/files?graph=fuzzed&path=${glob(pattern)}`),
  get('pattern', 'notifier', `/sse/events?graph=fuzzed&from=earliest&path=${glob(pattern)}`),
]);

const walks = (['bfs', 'dfs', 'call_chain'] as const).flatMap((query_type) =>
  [NODES.hub, NODES.top, NODES.bottom, NODES.file].map((start_node) =>
    post('walk', 'gateway', '/api/graph/traverse?graph=fuzzed', text({ start_node, query_type, direction: 'both', max_depth: 15 })),
  ),
);

const FOREIGN = [HOST, ['origin', 'http://evil.example'], ['sec-fetch-site', 'cross-site']] as const;
const REFUSED: Expectation = { statuses: [403], code: 'FORBIDDEN' };

/** Requests that stopped, blocked or opened the product once, from the issue that asked for these fuzzers, and what the fuzzers found since. */
export const HTTP_EXAMPLES: readonly Case[] = [
  ...patterns,
  ...walks,
  get('walk', 'gateway', `/api/graph/call-chain/${encodeURIComponent(NODES.top)}?graph=fuzzed&max_depth=50`),
  post(
    'body of wrong items',
    'projector',
    '/api/graph/traverse?graph=fuzzed',
    { before: `{"start_node":"x","relationship_types":[`, unit: '0,', times: 500_000, after: '0]}' },
    { statuses: [400, 413] },
  ),
  post(
    'body of wrong items',
    'gateway',
    '/api/graph/traverse?graph=fuzzed',
    { before: `{"start_node":"x","relationship_types":[`, unit: '"x",', times: 250_000, after: '"x"]}' },
    { statuses: [400, 413] },
  ),
  {
    ...get('odd target', 'notifier', '//[', undefined, [
      HOST,
      ['connection', 'Upgrade'],
      ['upgrade', 'websocket'],
      ['sec-websocket-version', '13'],
      ['sec-websocket-key', 'dGhlIHNhbXBsZSBub25jZQ=='],
    ]),
    isMalformed: true,
  },
  { ...get('odd target', 'gateway', '//[', undefined, [HOST, ['connection', 'Upgrade'], ['upgrade', 'websocket']]), isMalformed: true },
  { ...get('odd target', 'notifier', '//[', undefined, [HOST, ['connection', 'Upgrade'], ['upgrade', 'h2c']]), isMalformed: true },
  ...(['gateway', 'notifier'] as const).map((door) =>
    get('upgrade that is none', door, '/api/log?graph=fuzzed', { statuses: [200] }, [
      HOST,
      ['connection', 'Upgrade, HTTP2-Settings'],
      ['upgrade', 'h2c'],
      ['http2-settings', 'AAMAAABkAARAAAAAAAIAAAAA'],
    ]),
  ),
  get('upgrade that is none', 'gateway', '/health', { statuses: [200] }, [HOST, ['connection', 'Upgrade'], ['upgrade', 'h2c']]),
  get('foreign host', 'gateway', '/api/graphs', REFUSED, [['host', 'rebound.evil.example:8000']]),
  get('foreign host', 'notifier', '/api/log/facts?graph=fuzzed&limit=1', REFUSED, [['host', 'rebound.evil.example']]),
  post('change asked for by a foreign page', 'gateway', '/api/graph/admin/rebuild?graph=fuzzed', '', REFUSED, FOREIGN),
  post('change asked for by a foreign page', 'projector', '/api/graph/admin/rebuild?graph=fuzzed', '', REFUSED, FOREIGN),
  post(
    'change asked for by a foreign page',
    'projector',
    '/api/graph/Admin/reanalyze?graph=fuzzed',
    '{}',
    { statuses: [403, 404] },
    FOREIGN,
  ),
  post(
    'change asked for by a foreign page',
    'gateway',
    '/API/graphs',
    text({ root: '/nowhere/at/all', name: 'x' }),
    { statuses: [403, 404] },
    FOREIGN,
  ),
  get('change asked for by a foreign page', 'notifier', '/sse/events?graph=fuzzed&consumer=taken', REFUSED, FOREIGN),
  get('change asked for by a foreign page', 'gateway', '/sse/events?graph=fuzzed&consumer=taken', REFUSED, FOREIGN),
  ...['/', '/proc', '/dev', '/sys', '/proc/self/root', '//'].map((root) =>
    post('root that is no codebase', 'gateway', '/api/graphs', text({ root, name: 'not-a-codebase' }), { statuses: [400, 403] }),
  ),
  get('unknown parameter', 'gateway', '/api/graph/nodes/search?graph=fuzzed&nmae=x', { statuses: [400], field: 'nmae' }),
  get('number in another notation', 'gateway', '/api/graph/nodes/search?graph=fuzzed&limit=0x10', { statuses: [400], field: 'limit' }),
  get('nested parameter', 'gateway', '/api/graph/nodes/search?graph=fuzzed&limit[]=1', { statuses: [400] }),
  get('odd values', 'gateway', '/socket.io/?EIO=3&transport=polling', { statuses: [400] }),
  get('no host', 'gateway', '/api/log?graph=fuzzed', { statuses: [400], field: 'Host' }, []),
  get('two hosts', 'projector', '/api/graph/stats?graph=fuzzed', { statuses: [400], field: 'Host' }, [HOST, ['host', 'evil.example']]),
  post('body that is no object', 'gateway', '/api/graph/subgraph?graph=fuzzed', '[]', { statuses: [400], field: 'body' }),
  post('body that is no JSON', 'projector', '/api/graph/admin/rebuild?graph=fuzzed', '{', { statuses: [400], field: 'body' }),
  // What is refused before it has come: the answer must outlive the rest of it.
  ...(['gateway', 'projector'] as const).map((door) =>
    post(
      'body beyond the limit',
      door,
      '/api/graph/subgraph?graph=fuzzed',
      { before: '{"x":"', unit: 'x', times: 1_000_000, after: '"}' },
      { statuses: [413] },
    ),
  ),
  ...(['ingest', 'notifier'] as const).map((door): Case => ({
    kind: 'odd target',
    about: 'OPTIONS http://',
    request: { door, method: 'OPTIONS', target: 'http://', headers: [HOST, ['connection', 'Upgrade'], ['upgrade', 'websocket']] },
    isMalformed: true,
  })),
];
