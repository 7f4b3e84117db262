import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { connect, GraphRegistry } from '@graphtail/log';
import { closeServer, createLogger, createRegistry, Guard, listen, portOf } from '@graphtail/runtime';
import type { Redis } from 'ioredis';
import { startRedis, type TestRedis } from '../../../tests/support/redis.ts';
import { ask, dial, letIn, STRANGERS, type Asked } from '../../../tests/support/strangers.ts';
import { createGateway, type Gateway } from './gateway.ts';
import { Upstreams } from './upstreams/upstreams.ts';

const WRITES: readonly Asked[] = [
  { method: 'POST', path: '/api/graphs' },
  { method: 'POST', path: '/API/graphs', body: '{"root":"/","name":"all"}' },
  { method: 'DELETE', path: '/api/graphs/g' },
  { method: 'POST', path: '/api/graph/Admin/reanalyze' },
  { method: 'POST', path: '/api/consumers/a/seek/' },
  { method: 'POST', path: '/api/alerts' },
  { path: '/sse/events?graph=g&consumer=a' },
];

describe("the gateway's port", () => {
  let redisServer: TestRedis;
  let redis: Redis;
  let service: Server;
  let gateway: Gateway;
  let front: Server;
  let base: string;
  let passedOn: string[] = [];

  beforeAll(async () => {
    redisServer = await startRedis();
    redis = connect(redisServer.url);
    service = await listen(
      (request, response) => {
        passedOn.push(`${request.method ?? ''} ${request.url ?? ''}`);
        response.end('{}');
      },
      { host: '127.0.0.1', port: 0 },
    );
    const url = `http://127.0.0.1:${String(portOf(service))}`;
    gateway = createGateway({
      logger: createLogger('gateway', 'silent'),
      registry: createRegistry(),
      guard: new Guard({ host: '127.0.0.1', allowHost: ['graphtail.example'] }),
      redis,
      upstreams: new Upstreams({ ingest: [url], projector: [url], notifier: [url] }),
      dashboardDir: tmpdir(),
      ready: () => true,
      self: () => 'http://127.0.0.1:9',
    });
    front = await listen(gateway.app, { host: '127.0.0.1', port: 0 }, { upgrade: gateway.upgrade });
    base = `http://127.0.0.1:${String(portOf(front))}`;
  });
  beforeEach(() => (passedOn = []));
  afterAll(async () => {
    gateway.close();
    await Promise.all([front, service].map((server) => closeServer(server, 50)));
    redis.disconnect();
    await redisServer.stop();
  });

  it('[A1][A1a] refuses changes that a page of another origin asks for, and every Host that is not its own, and forwards none of them', async () => {
    expect(await letIn(base, WRITES)).toEqual([]);
    for (const path of ['/', '/index.html', '/api/graphs'])
      expect((await ask(base, { path, headers: { Host: 'rebound.example' } })).status).toBe(403);
    for (const path of ['/ws/events', '/socket.io/?EIO=4&transport=websocket']) {
      for (const headers of STRANGERS) expect((await dial(base, path, headers)).status).toBe(403);
    }
    expect(passedOn).toEqual([]);
    expect(await new GraphRegistry(redis).list()).toEqual([]);
  });

  it("accepts its own page's changes, under any configured name", async () => {
    for (const host of [new URL(base).host, 'localhost', 'graphtail.example', 'graphtail.example:8443']) {
      const headers = { Host: host, Origin: `https://${host}`, 'Sec-Fetch-Site': 'same-origin' };
      expect((await ask(base, { method: 'POST', path: '/api/graph/admin/rebuild', headers })).status).toBe(200);
    }
    expect(passedOn.length).toBe(4);
  });
});
