import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, GraphRegistry } from '@graphtail/log';
import {
  closeServer,
  createApp,
  createLogger,
  createRegistry,
  finishApp,
  Guard,
  listen,
  portOf,
  Tokens,
  type Grant,
} from '@graphtail/runtime';
import type { Redis } from 'ioredis';
import { startRedis, type TestRedis } from '../../../tests/support/redis.ts';
import { createGateway, type Gateway } from './gateway.ts';
import { Upstreams } from './upstreams/upstreams.ts';

const SECRET = 'a secret of a spec, long enough';

describe('a gateway with a secret', () => {
  const tokens = new Tokens(SECRET);
  const config = { host: '127.0.0.1', allowHost: [], jwtSecret: SECRET };
  const logger = createLogger('test', 'silent');
  let redisServer: TestRedis;
  let redis: Redis;
  let service: Server;
  let passedOn: string[];
  let gateway: Gateway;
  let front: Server;
  const folder = mkdtempSync(join(tmpdir(), 'graphtail-gateway-'));

  beforeAll(async () => {
    redisServer = await startRedis();
    redis = connect(redisServer.url);
    // A service with the same secret: the gateway asks it with tokens of its own.
    const face = {
      name: 'service',
      registry: createRegistry(),
      health: () => Promise.resolve({ status: 'ok', graphs: ['a'] } as const),
      ready: () => true,
      self: () => 'http://127.0.0.1:9',
    };
    const app = createApp({ ...face, logger, guard: new Guard(config) });
    app.get('/api/graph/stats', (_request, response) => response.json({ total_nodes: 7, total_relationships: 9 }));
    app.use((request, _response, next) => {
      passedOn.push(request.originalUrl);
      next();
    });
    finishApp(app);
    service = await listen(app, { host: '127.0.0.1', port: 0 });
    const url = `http://127.0.0.1:${String(portOf(service))}`;
    gateway = createGateway({
      logger,
      registry: createRegistry(),
      guard: new Guard(config, { servesDashboard: true }),
      redis,
      upstreams: new Upstreams({ ingest: [url], projector: [url], notifier: [url] }),
      dashboardDir: folder,
      ready: () => true,
      self: () => 'http://127.0.0.1:9',
    });
    front = await listen(gateway.app, { host: '127.0.0.1', port: 0 }, { upgrade: gateway.upgrade });
    for (const name of ['a', 'b']) await new GraphRegistry(redis).add(name, folder);
  });
  beforeEach(() => (passedOn = []));
  afterAll(async () => {
    gateway.close();
    await Promise.all([front, service].map((server) => closeServer(server, 50)));
    redis.disconnect();
    await redisServer.stop();
    rmSync(folder, { recursive: true });
  });

  const ask = async (path: string, grant?: Grant, init: RequestInit = {}) => {
    const token = grant === undefined ? undefined : await tokens.mint(grant, new Date(Date.now() + 60_000));
    const headers = { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) };
    const response = await fetch(`http://127.0.0.1:${String(portOf(front))}${path}`, { ...init, headers });
    return { status: response.status, text: await response.text() };
  };

  it("[A3a] lists only a token's graphs, with the services' figures about them", async () => {
    const names = async (grant: Grant): Promise<unknown[]> => {
      const { graphs } = JSON.parse((await ask('/api/graphs', grant)).text) as { graphs: { name: string; node_count: number }[] };
      return graphs.map(({ name, node_count }) => [name, node_count]);
    };
    expect(await names({ role: 'read' })).toEqual(
      jasmine.arrayContaining([
        ['a', 7],
        ['b', 7],
      ]),
    );
    expect(await names({ role: 'read', graphs: ['b'] })).toEqual([['b', 7]]);
    expect((await ask('/api/graphs')).status).toBe(401);
  });

  it('[A3] adds a graph for role admin, if the token covers its name', async () => {
    const add = async (grant: Grant): Promise<number> =>
      (await ask('/api/graphs', grant, { method: 'POST', body: JSON.stringify({ root: folder, name: 'c' }) })).status;
    expect([await add({ role: 'operate' }), await add({ role: 'admin', graphs: ['a'] })]).toEqual([403, 403]);
    expect((await new GraphRegistry(redis).list()).map(({ name }) => name)).toEqual(['a', 'b']);
    expect(await add({ role: 'admin', graphs: ['c'] })).toBe(201);
  });

  it('[A2] asks services with a token of its own, and tells callers without one only that they work', async () => {
    expect((await ask('/metrics', { role: 'read' })).text).toMatch(/process_cpu_seconds_total\{service="ingest"\}/);
    expect(JSON.parse((await ask('/health')).text)).toEqual(
      jasmine.objectContaining({ services: jasmine.objectContaining({ ingest: { status: 'ok' } }) }),
    );
    expect((await ask('/health', { role: 'read' })).text).toContain('"graphs":["a"]');
  });

  it('[A2b] forwards a request with its token in a header, and no request without one', async () => {
    const token = await tokens.mint({ role: 'read' }, new Date(Date.now() + 60_000));
    expect((await ask(`/api/log?graph=a&token=${token}`)).status).toBe(404); // by the service: it has let it in
    expect(passedOn).toEqual(['/api/log?graph=a']);
    expect((await ask('/api/log?graph=a')).status).toBe(401);
    expect(passedOn.length).toBe(1);
  });
});
