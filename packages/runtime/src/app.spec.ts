import type { Server } from 'node:http';
import { ORIGIN, offset } from '@graphtail/facts';
import { z } from 'zod';
import { addRoutes, createApp, finishApp } from './app.ts';
import { Guard } from './guard/index.ts';
import { wholeNumber } from './http/fields.ts';
import { route } from './http/route.ts';
import type { HealthBody } from './http/health-summary.ts';
import { createLogger } from './logger.ts';
import { createRegistry } from './metrics.ts';
import { cursorProblem } from './log-problems.ts';
import { Problem } from './problem.ts';
import { leaveUnmeasured, setRoute } from './requests.ts';
import { closeServer, listen, portOf } from './server.ts';

describe('the app of a service', () => {
  let server: Server;
  let base: string;
  let health: HealthBody;
  let ready: boolean | string;
  const lines: string[] = [];
  const get = async (path: string, init?: RequestInit) => {
    const response = await fetch(base + path, init);
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, unknown>,
    };
  };

  beforeAll(async () => {
    const logger = createLogger('test', 'debug', { write: (line: string) => lines.push(line) });
    const app = createApp({
      name: 'test',
      logger,
      registry: createRegistry(),
      guard: new Guard({ host: '127.0.0.1', allowHost: [] }),
      health: () => Promise.resolve(health),
      ready: () => ready,
    });
    addRoutes(app, [
      route({
        method: 'get',
        path: '/items/{name}',
        tag: 'test',
        summary: 'one item',
        params: { name: z.string() },
        query: { limit: wholeNumber({ max: 100 }, 'items').default(10), graph: z.string().optional() },
        answers: { 200: z.object({ limit: z.int() }) },
        handle: ({ query: { limit }, response }) => void response.json({ limit }),
      }),
      route({
        method: 'post',
        path: '/items',
        tag: 'test',
        summary: 'a new item',
        body: { name: z.string() },
        answers: { 200: z.object({ name: z.string() }) },
        handle: ({ body, response }) => void response.json(body),
      }),
    ]);
    app.get('/bug', () => {
      throw new Error('secret inside');
    });
    app.get('/cursor', () => {
      throw cursorProblem({
        code: 'LOG_TRUNCATED',
        message: 'past its end',
        retryable: false,
        earliest: offset(1, 1),
        head: offset(2, 9),
        floor: ORIGIN,
        divergedAt: offset(1, 4),
      });
    });
    app.get('/own', () => {
      throw new RangeError('own');
    });
    app.use('/proxied', (_request, response) => {
      setRoute(response, '/proxied/*');
      response.end();
    });
    app.get('/poll', (_request, response) => {
      leaveUnmeasured(response);
      response.end();
    });
    app.get('/stream', (_request, response) => {
      response.type('text/event-stream').end('data: 1\n\n');
    });
    finishApp(app, (error) =>
      error instanceof RangeError ? new Problem(503, 'UNAVAILABLE', 'later', { retry_after_seconds: 2 }) : undefined,
    );
    server = await listen(app, { host: '127.0.0.1', port: 0 });
    base = `http://127.0.0.1:${String(portOf(server))}`;
  });
  beforeEach(() => {
    health = { status: 'ok' };
    ready = true;
  });
  afterAll(() => closeServer(server));

  it('answers /health with 503 if it is degraded', async () => {
    expect((await get('/health')).status).toBe(200);
    health = { status: 'degraded', services: { redis: { status: 'down' } } };
    const degraded = await get('/health');
    expect([degraded.status, degraded.body]).toEqual([503, health]);
  });

  it('answers /ready with the reason if it is not ready', async () => {
    expect((await get('/ready')).status).toBe(200);
    ready = 'folding';
    expect(await get('/ready')).toEqual(
      jasmine.objectContaining({ status: 503, body: { ready: false, service: 'test', reason: 'folding' } }),
    );
  });

  it('answers an unknown route with problem+json', async () => {
    const { status, headers, body } = await get('/nowhere');
    expect(status).toBe(404);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toEqual(
      jasmine.objectContaining({ title: 'Not Found', status: 404, code: 'NOT_FOUND', detail: 'Nothing is at GET /nowhere.' }),
    );
  });

  it('names the field of an invalid query or body', async () => {
    expect((await get('/items/1?limit=101')).body).toEqual(jasmine.objectContaining({ status: 400, code: 'BAD_REQUEST', field: 'limit' }));
    const post = await get('/items', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    expect(post.body).toEqual(jasmine.objectContaining({ status: 400, code: 'BAD_REQUEST', field: 'name' }));
    expect((await get('/items', { method: 'POST' })).body).toEqual(jasmine.objectContaining({ status: 400, field: 'name' }));
  });

  it('answers malformed JSON and a malformed path with 400', async () => {
    const post = await get('/items', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":' });
    expect(post.body).toEqual(
      jasmine.objectContaining({ status: 400, code: 'BAD_REQUEST', detail: 'body: is not valid JSON', field: 'body' }),
    );
    expect((await get('/items/%zz')).body).toEqual(jasmine.objectContaining({ status: 400, code: 'BAD_REQUEST' }));
  });

  it('tells a caller nothing about a bug, and the log everything', async () => {
    const { status, text, headers } = await get('/bug');
    expect(status).toBe(500);
    expect(text).toContain('"code":"INTERNAL"');
    expect(text).not.toContain('secret inside');
    const logged = lines.find((line) => line.includes('secret inside'));
    expect(logged).toContain(headers.get('x-request-id') ?? 'none');
  });

  it('[E3] answers a refused cursor with 409 and the offsets that help', async () => {
    expect((await get('/cursor')).body).toEqual(
      jasmine.objectContaining({ status: 409, code: 'LOG_TRUNCATED', earliest: '1-1', head: '2-9', diverged_at: '1-4', retryable: false }),
    );
  });

  it("translates a service's own errors", async () => {
    const { status, headers } = await get('/own');
    expect([status, headers.get('retry-after')]).toEqual([503, '2']);
  });

  it('keeps a valid request id, replaces an invalid one, and logs the graph', async () => {
    const kept = await get('/items/1?graph=g1', { headers: { 'x-request-id': 'abc-1' } });
    expect(kept.headers.get('x-request-id')).toBe('abc-1');
    expect((await get('/items/1', { headers: { 'x-request-id': 'no good' } })).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(lines.some((line) => line.includes('"request_id":"abc-1"') && line.includes('"graph":"g1"'))).toBeTrue();
  });

  it('measures by route pattern, never by raw URL, and without streams and polls', async () => {
    for (const path of ['/items/1', '/items/2', '/proxied/a/b', '/stream', '/poll', '/x/y']) await get(path);
    const { text } = await get('/metrics');
    const routes = new Set([...text.matchAll(/duration_seconds_count\{route="([^"]*)"/g)].map((match) => match[1]));
    for (const pattern of ['/items/:name', '/proxied/*', 'unmatched']) expect(routes).toContain(pattern);
    expect([...routes].filter((pattern) => /stream|poll|\/1|\/a\/b/.test(pattern ?? ''))).toEqual([]);
    expect(text).toContain('process_cpu_seconds_total');
  });

  it('lets a browser run only scripts of this origin', async () => {
    const { headers } = await get('/health');
    expect(headers.get('content-security-policy')).toContain("script-src 'self';");
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('strict-transport-security')).toBeNull();
  });
});
