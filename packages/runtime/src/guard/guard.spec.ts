import type { Server } from 'node:http';
import { ask as askRaw } from '../../../../tests/support/strangers.ts';
import { createApp, finishApp } from '../app.ts';
import { createLogger } from '../logger.ts';
import { createRegistry } from '../metrics.ts';
import { closeServer, listen, portOf } from '../server.ts';
import { accessOf } from './access.ts';
import { Guard } from './guard.ts';
import type { Role } from './role.ts';
import { Tokens } from './tokens.ts';

const SECRET = 'a secret of a spec, long enough';
const HOST = { host: '127.0.0.1', allowHost: [] };

describe('the guard of a service with a secret', () => {
  const tokens = new Tokens(SECRET);
  let soon: Date;
  const lines: string[] = [];
  let server: Server;
  let base: string;
  let read: string;
  let operate: string;
  let admin: string;
  let bound: string;

  beforeAll(async () => {
    soon = new Date(Date.now() + 60_000);
    const of = (role: Role): Promise<string> => tokens.mint({ role, subject: 'ada' }, soon);
    read = await of('read');
    operate = await of('operate');
    admin = await of('admin');
    bound = await tokens.mint({ role: 'admin', graphs: ['a'] }, soon);
    const app = createApp({
      name: 'test',
      logger: createLogger('test', 'trace', { write: (line: string) => lines.push(line) }),
      registry: createRegistry(),
      guard: new Guard({ ...HOST, jwtSecret: SECRET }, { servesDashboard: true }),
      health: () => Promise.resolve({ status: 'ok', graphs: ['a'], services: { ingest: { status: 'ok', graphs: ['a'] } } }),
      ready: () => true,
    });
    app.get('/api/whoami', (request, response) => {
      response.json({ access: accessOf(response), url: request.url, originalUrl: request.originalUrl, query: request.query });
    });
    app.get('/api/bug', () => {
      throw new Error('a bug');
    });
    app.post(['/api/consumers/:name/ack', '/api/graph/traverse', '/api/graphs', '/api/later'], (_request, response) => response.json({}));
    app.get('/', (_request, response) => response.send('the dashboard'));
    finishApp(app);
    server = await listen(app, { host: '127.0.0.1', port: 0 });
    base = `http://127.0.0.1:${String(portOf(server))}`;
  });
  afterAll(() => closeServer(server, 50));

  const ask = async (path: string, token?: string, method = 'GET') => {
    const response = await fetch(base + path, { method, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {},
    };
  };

  it('[A2][A2b] answers no request without a token, except probes and the dashboard', async () => {
    for (const path of ['/health', '/ready', '/', '/graph/a', '/main.js']) expect((await ask(path)).status).not.toBe(401);
    for (const path of ['/api/whoami', '/API/whoami', '/api', '/metrics', '/sse/events', '/mcp', '//api/whoami', '/%61pi/whoami']) {
      const { status, headers, body } = await ask(path);
      expect([path, status, body['code'], headers.get('www-authenticate')]).toEqual([path, 401, 'UNAUTHORIZED', 'Bearer']);
    }
    // Express takes these for the same path; fetch would not send them as they are.
    for (const path of ['/api\\whoami#x', '/\\api/whoami#x', `${base}/api/whoami`]) expect((await askRaw(base, { path })).status).toBe(401);
    expect((await ask('/api/whoami', 'x')).status).toBe(401);
    expect((await ask('/nowhere', undefined, 'POST')).status).toBe(401);
  });

  it('tells routes who asks', async () => {
    expect((await ask('/api/whoami', read)).body['access']).toEqual({
      actor: 'ada',
      role: 'read',
      address: '127.0.0.1',
      expiresAt: Math.floor(soon.getTime() / 1000) * 1000,
    });
    expect((await ask('/api/whoami', bound)).body['access']).toEqual(jasmine.objectContaining({ actor: 'admin', graphs: ['a'] }));
  });

  it('[A3] lets each role do what it and the lower roles may do', async () => {
    const needs = [
      ['GET', '/api/whoami', 'read'],
      ['GET', '/metrics', 'read'],
      ['POST', '/api/graph/traverse', 'read'],
      ['POST', '/api/consumers/a/ack', 'operate'],
      ['GET', '/api/whoami?consumer=a', 'operate'],
      ['POST', '/api/graphs', 'admin'],
      ['POST', '/api/later', 'admin'],
    ] as const;
    const roles = ['read', 'operate', 'admin'] as const;
    for (const [method, path, needed] of needs) {
      for (const [rank, token] of [read, operate, admin].entries()) {
        const { status, body } = await ask(path, token, method);
        const may = rank >= roles.indexOf(needed);
        expect([path, roles[rank], status, body['code']]).toEqual([path, roles[rank], may ? 200 : 403, may ? undefined : 'FORBIDDEN']);
      }
    }
  });

  it('[A3a] limits a token to its graphs: no other graph, and nothing about all graphs', async () => {
    expect((await ask('/api/whoami?graph=a', bound)).status).toBe(200);
    for (const path of ['/api/whoami?graph=b', '/api/whoami?graph=a&graph=b', '/api/whoami?graph=_audit', '/metrics']) {
      const { status, body } = await ask(path, bound);
      expect([path, status, body['code']]).toEqual([path, 403, 'FORBIDDEN']);
    }
    expect((await ask('/api/whoami?graph=_audit', operate)).status).toBe(403);
    expect((await ask('/api/whoami?graph=_audit', admin)).status).toBe(200);
  });

  it("[A2] tells a caller without a token only that it works, and no graph's name", async () => {
    const summary = { status: 'ok', services: { ingest: { status: 'ok' } } };
    for (const token of [undefined, 'x', bound]) expect((await ask('/health', token)).body).toEqual(summary);
    expect((await ask('/health', read)).body['graphs']).toEqual(['a']);
  });

  it('[A2a] takes a token from the query, and no route, log line or problem ever sees it there', async () => {
    const { status, body } = await ask(`/api/whoami?x=1&token=${read}&y=%20`);
    expect(status).toBe(200);
    expect([body['url'], body['originalUrl'], body['query']]).toEqual([
      '/api/whoami?x=1&y=%20',
      '/api/whoami?x=1&y=%20',
      { x: '1', y: ' ' },
    ]);
    expect((await ask(`/api/whoami?t%6fken=${read}`)).body['url']).toBe('/api/whoami');
    for (const path of ['/api/bug', '/api/nowhere', '/api/whoami?graph=b']) {
      const failed = await ask(`${path}${path.includes('?') ? '&' : '?'}token=${bound}`);
      expect(JSON.stringify(failed.body)).not.toContain(bound);
    }
    expect((await ask(`/api/whoami?token=${read}x`)).status).toBe(401);
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.filter((line) => line.includes(read.slice(-43)) || line.includes(bound.slice(-43)))).toEqual([]);
  });

  it('asks other services with a token of its own', async () => {
    const own = await new Guard({ ...HOST, jwtSecret: SECRET }).ownHeaders();
    expect((await fetch(`${base}/metrics`, { headers: own })).status).toBe(200);
    expect((await fetch(`${base}/api/graphs`, { method: 'POST', headers: own })).status).toBe(403);
    expect(await new Guard(HOST).ownHeaders()).toEqual({});
  });
});
