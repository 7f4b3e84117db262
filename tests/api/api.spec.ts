import { exercised } from '../../spec/support/held-to-description.ts';
import type { OpenApi } from '@graphtail/runtime';
import { DescribedApi } from '../support/described-api.ts';
import { eventually } from '../support/eventually.ts';
import { Observer } from '../support/observer.ts';
import { startPipeline, type Pipeline } from '../support/pipeline.ts';

const NODE = 'src/cart/cart.ts#Cart.label';
const ID = encodeURIComponent(NODE);

type Request = { readonly path: string; readonly body?: object };
/** `before` is posted first. */
type Example = Request & { readonly status?: number; readonly before?: Request };

const ALERT = { status: 'firing', labels: { alertname: 'Spec', severity: 'warning' }, fingerprint: 'spec' };

/** A request to every operation that is described and can be asked for as it is; a new route wants one too. */
const EXAMPLES: Readonly<Record<string, Example>> = {
  'get /api/graph/nodes/search': { path: '/api/graph/nodes/search?name=cart&limit=5' },
  'get /api/graph/nodes/{id}': { path: `/api/graph/nodes/${ID}` },
  'get /api/graph/call-chain/{id}': { path: `/api/graph/call-chain/${ID}?direction=out` },
  'get /api/graph/history/{id}': { path: `/api/graph/history/${ID}` },
  'get /api/graph/source/{id}': { path: `/api/graph/source/${ID}` },
  'get /api/graph/query/callers': { path: '/api/graph/query/callers?symbol=format' },
  'get /api/graph/query/callees': { path: `/api/graph/query/callees?symbol=${ID}` },
  'get /api/graph/query/references': { path: '/api/graph/query/references?symbol=Cart' },
  'get /api/graph/diff': { path: '/api/graph/diff?from=0-0&limit=5' },
  'post /api/graph/traverse': { path: '/api/graph/traverse', body: { start_node: NODE, query_type: 'dfs' } },
  'post /api/graph/subgraph': { path: '/api/graph/subgraph', body: { node_id: NODE, depth: 2 } },
  'post /api/graph/impact': { path: '/api/graph/impact', body: { nodes: [NODE] } },
  'get /api/graph/path': { path: `/api/graph/path?from_node=${encodeURIComponent('src/cart/cart.ts')}&to_node=${ID}&k=2` },
  'get /api/graph/outline': { path: '/api/graph/outline?path=src/cart/cart.ts' },
  'post /api/graph/admin/reanalyze': { path: '/api/graph/admin/reanalyze', body: { force: true }, status: 202 },
  'post /api/graph/admin/cancel': { path: '/api/graph/admin/cancel', status: 202 },
  'post /api/graph/admin/rebuild': { path: '/api/graph/admin/rebuild', status: 202 },
  'get /api/log/offset': { path: '/api/log/offset?ts=2020-01-01' },
  'get /api/log/receipt': { path: '/api/log/receipt?from=0-0&to=HEAD' },
  'post /api/consumers/{name}/ack': { path: '/api/consumers/reader/ack', body: { cursor: '0-0' } },
  'post /api/consumers/{name}/seek': { path: '/api/consumers/reader/seek', body: { to: 'latest' } },
  'delete /api/consumers/{name}': { path: '/api/consumers/reader', status: 204 },
  'post /api/graphs': { path: '/api/graphs', body: { root: 'ROOT', name: 'shop' } },
  'delete /api/graphs/{name}': {
    path: '/api/graphs/spare',
    status: 204,
    before: { path: '/api/graphs', body: { root: 'ROOT/src', name: 'spare' } },
  },
  'post /api/alerts': { path: '/api/alerts', body: { alerts: [ALERT] } },
  'post /api/alerts/{id}/ack': {
    path: '/api/alerts/spec/ack',
    body: { name: 'on call', note: 'I look.' },
    before: { path: '/api/alerts', body: { alerts: [ALERT] } },
  },
  'get /ws/events': { path: '/ws/events', status: 426 },
  'get /ws/events/filtered': { path: '/ws/events/filtered', status: 426 },
};

/** What ends a thing comes after what is asked of it. */
const LAST = ['delete /api/consumers/{name}', 'delete /api/graphs/{name}'];

describe('The API', () => {
  let pipeline: Pipeline;
  let document: OpenApi;
  let api: DescribedApi;

  beforeAll(async () => {
    pipeline = await startPipeline();
    const observer = new Observer(pipeline.url, pipeline.graph);
    await observer.sees('analysis_completed');
    await observer.close();
    document = await pipeline.get<OpenApi>('/api/openapi.json');
    api = new DescribedApi(document);
    // A durable cursor comes to be by a subscription.
    const subscribed = await fetch(`${pipeline.url}/sse/events?consumer=reader`);
    await subscribed.body?.cancel();
    await eventually(async () => (await pipeline.get<{ total: number }>('/api/consumers')).total > 0);
  }, 90_000);
  afterAll(() => pipeline.stop(), 30_000);

  const ask = async ({ path, body }: Request, method: string): Promise<Response> => {
    const { head } = await pipeline.get<{ head: string }>('/api/log?graph=shop');
    const init =
      body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body).replace('ROOT', pipeline.root) };
    return fetch(pipeline.url + path.replace('HEAD', head), { method, ...init });
  };

  it('answers every operation as described', async () => {
    const order = (name: string): number => LAST.indexOf(name);
    for (const { name, method, path, operation } of [...api.operations].sort((a, b) => order(a.name) - order(b.name))) {
      const example = EXAMPLES[name] ?? (path.includes('{') ? undefined : { path });
      if (example === undefined) {
        fail(`${name} has no example in this spec`);
        continue;
      }
      if (example.before !== undefined) await ask(example.before, 'POST');
      const response = await ask(example, method.toUpperCase());
      if (response.headers.get('content-type')?.startsWith('text/event-stream') === true) await response.body?.cancel();
      else await response.arrayBuffer();
      expect(response.status)
        .withContext(`${name}: ${operation.summary}`)
        .toBe(example.status ?? 200);
    }
    // `fetch` itself has held each against its schema (spec/support/held-to-description.ts).
    const known = api.operations.map(({ name }) => name).filter((name) => !name.endsWith('openapi.json'));
    expect(known.filter((name) => !exercised.has(name))).toEqual([]);
  }, 60_000);

  it('fails the check if an answer has a member that is not described', async () => {
    const answered = { method: 'GET', path: '/api/log', status: 200, type: 'application/json' };
    const log = await pipeline.get('/api/log?graph=shop');
    expect(api.complaint({ ...answered, text: JSON.stringify(log) })).toBeUndefined();
    expect(api.complaint({ ...answered, text: JSON.stringify({ ...log, more: 1 }) })).toContain('"additionalProperty":"more"');
    expect(api.complaint({ ...answered, text: JSON.stringify({ ...log, head: 1 }) })).toContain('head');
    expect(api.complaint({ ...answered, status: 418, text: '{}' })).toContain('418');
  });

  it('refuses an unknown parameter of every operation', async () => {
    for (const { name, method, path, operation } of api.operations) {
      if (operation.tags[0] === 'subscriptions' && path !== '/ws/status') continue; // refused as a subscription is: docs/PROTOCOL.md, S12
      const example = EXAMPLES[name] ?? { path };
      const response = await ask(
        { ...example, path: `${example.path}${example.path.includes('?') ? '&' : '?'}nmae=1` },
        method.toUpperCase(),
      );
      const body = (await response.json()) as { code: string; field: string };
      expect([name, response.status, body.code, body.field]).toEqual([name, 400, 'BAD_REQUEST', 'nmae']);
    }
  }, 60_000);

  it('refuses an unknown key of every body, another type, and more than 16 KiB', async () => {
    for (const { name, path, method } of api.operations.filter((each) => each.method === 'post')) {
      const send = async (type: string, body: string) => {
        const response = await fetch(pipeline.url + (EXAMPLES[name]?.path ?? path), {
          method: method.toUpperCase(),
          headers: { 'content-type': type },
          body,
        });
        return [name, response.status, ((await response.json()) as { code: string }).code];
      };
      expect(await send('application/json', '{"nmae":1}')).toEqual([name, 400, 'BAD_REQUEST']);
      expect(await send('text/xml', '<a/>')).toEqual([name, 415, 'UNSUPPORTED_MEDIA_TYPE']);
      expect(await send('application/json', `{"a":"${'x'.repeat(17_000)}"}`)).toEqual([name, 413, 'PAYLOAD_TOO_LARGE']);
    }
  }, 60_000);

  it('answers a wrong method on every path with 405 and the right ones', async () => {
    for (const path of Object.keys(document.paths)) {
      const concrete = (Object.entries(EXAMPLES).find(([name]) => name.endsWith(` ${path}`))?.[1].path ?? path).split('?')[0]!;
      const response = await fetch(pipeline.url + concrete, { method: 'PUT' });
      const allow = response.headers.get('allow') ?? '';
      expect([path, response.status, ((await response.json()) as { code: string }).code]).toEqual([path, 405, 'METHOD_NOT_ALLOWED']);
      for (const method of Object.keys(document.paths[path]!)) expect(allow).withContext(path).toContain(method.toUpperCase());
      const options = await fetch(pipeline.url + concrete, { method: 'OPTIONS' });
      expect([path, options.status, options.headers.get('allow')]).toEqual([path, 204, allow]);
    }
  }, 60_000);

  it("compresses a large answer once, both through the gateway and at the service's own port", async () => {
    const response = await fetch(`${pipeline.url}/api/graph/snapshot?graph=shop`, { headers: { 'accept-encoding': 'gzip' } });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(((await response.json()) as { nodes: object[] }).nodes.length).toBeGreaterThan(10);
    const stream = await fetch(`${pipeline.url}/sse/events?graph=shop&from=earliest`, { headers: { 'accept-encoding': 'gzip' } });
    expect(stream.headers.get('content-encoding')).toBeNull();
    await stream.body?.cancel();
  });
});
