import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync, renameSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@graphtail/log';
import { closeServer, createLogger, createRegistry, Guard, listen, portOf, type Upgrade } from '@graphtail/runtime';
import type { Redis } from 'ioredis';
import { WebSocket, WebSocketServer } from 'ws';
import { startRedis, type TestRedis } from '../../../tests/support/redis.ts';
import { createGateway, type Gateway } from './gateway.ts';
import { Upstreams } from './upstreams/upstreams.ts';

/** A stand-in for a service: a real server whose answers the spec decides. */
async function upstream(handler: RequestListener, sockets?: WebSocketServer, port = 0): Promise<Server> {
  const upgrade: Upgrade = (request, socket, head) => {
    sockets?.handleUpgrade(request, socket, head, (webSocket) => sockets.emit('connection', webSocket, request));
  };
  return listen(handler, { host: '127.0.0.1', port }, { upgrade });
}
const address = (server: Server): string => `http://127.0.0.1:${String(portOf(server))}`;

describe('the gateway', () => {
  const guard = new Guard({ host: '127.0.0.1', allowHost: [] });
  const roots: { within: string[] | undefined } = { within: undefined };
  let redisServer: TestRedis;
  let redis: Redis;
  let gateway: Gateway;
  let front: Server;
  let notifier: Server;
  let projector: Server;
  let sockets: WebSocketServer;
  let base: string;
  const dir = mkdtempSync(join(tmpdir(), '.graphtail-gateway-'));
  let projectorHealth = 200;

  const echo: RequestListener = (request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { method, url, headers } = request;
      response.setHeader('Graphtail-Offset', '1-5');
      response.end(JSON.stringify({ method, url, body, id: headers['x-request-id'], forwarded: headers['x-forwarded-for'] }));
    });
  };

  beforeAll(async () => {
    redisServer = await startRedis();
    redis = connect(redisServer.url);
    sockets = new WebSocketServer({ noServer: true });
    notifier = await upstream((request, response) => {
      if (request.url === '/health') response.end('{"status":"ok","subscribers":3}');
      else if (request.url?.startsWith('/sse/')) {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: first\n\n');
        if (request.url === '/sse/dies') setTimeout(() => response.destroy(), 20);
      } else echo(request, response);
    }, sockets);
    sockets.on('connection', (socket, request) => {
      socket.on('message', (data: Buffer) => socket.send(`${request.url ?? ''} ${data.toString()}`));
    });
    projector = await upstream((request, response) => {
      if (request.url === '/health')
        response.writeHead(projectorHealth).end(JSON.stringify({ status: projectorHealth === 200 ? 'ok' : 'degraded' }));
      else if (request.url === '/api/graph/stats?graph=known') response.end('{"total_nodes":7,"total_relationships":9}');
      else echo(request, response);
    });
    mkdirSync(join(dir, 'root'));
    writeFileSync(join(dir, 'index.html'), '<title>Graphtail</title>');
    writeFileSync(join(dir, 'main-ABCD1234.js'), `console.log(${'1,'.repeat(2000)}1)`);
    const upstreams = new Upstreams({ ingest: [address(projector)], projector: [address(projector)], notifier: [address(notifier)] });
    const logger = createLogger('gateway', 'silent');
    gateway = createGateway({
      logger,
      registry: createRegistry(),
      guard,
      redis,
      upstreams,
      dashboardDir: dir,
      ready: () => true,
      self: () => 'http://127.0.0.1:9',
      roots,
    });
    front = await listen(gateway.app, { host: '127.0.0.1', port: 0 }, { upgrade: gateway.upgrade });
    base = address(front);
  });
  afterAll(async () => {
    sockets.close();
    gateway.close();
    await Promise.all([front, notifier, projector].map((server) => closeServer(server, 50)));
    redis.disconnect();
    await redisServer.stop();
    rmSync(dir, { recursive: true });
  });
  afterEach(() => {
    projectorHealth = 200;
  });

  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(base + path, init);
    return { status: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> };
  };
  const post = (body: unknown) =>
    ask('/api/graphs', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

  it('forwards requests with path, query, method, body and request id unchanged, and answers with their headers', async () => {
    const { headers, body } = await ask('/api/graph/traverse?graph=g&at=1-5', {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'x-request-id': 'r1' },
    });
    expect(body).toEqual(
      jasmine.objectContaining({
        method: 'POST',
        url: '/api/graph/traverse?graph=g&at=1-5',
        body: '{"a":1}',
        id: 'r1',
        forwarded: '127.0.0.1',
      }),
    );
    expect(headers.get('graphtail-offset')).toBe('1-5');
    expect((await ask('/api/graph/nodes/src%2Fa.ts%23f')).body['url']).toBe('/api/graph/nodes/src%2Fa.ts%23f');
    for (const path of ['/api/log/facts?from=0-0', '/api/log', '/api/consumers/x/ack', '/ws/status', '/socket.io/?EIO=4']) {
      expect((await ask(path)).body['url']).toBe(path);
    }
  });

  it('forwards events as they arrive, and ends a stream whose service dies', async () => {
    const response = await fetch(`${base}/sse/events`);
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('data: first\n\n');
    await reader?.cancel();
    await expectAsync(fetch(`${base}/sse/dies`).then((dying) => dying.text())).toBeRejected();
  });

  it('refuses a socket from a page of another origin, and accepts one from its own page', async () => {
    const dial = async (origin: string): Promise<string> => {
      const socket = new WebSocket(`${base.replace('http', 'ws')}/ws/events`, { origin });
      return Promise.race([
        once(socket, 'open').then(() => 'open'),
        once(socket, 'unexpected-response').then(([, response]: { statusCode: number }[]) => String(response?.statusCode)),
      ]).finally(() => socket.terminate());
    };
    expect(await dial('https://elsewhere.example')).toBe('403');
    expect(await dial('null')).toBe('403');
    expect(await dial(base)).toBe('open');
  });

  it('forwards sockets in both directions', async () => {
    const socket = new WebSocket(`${base.replace('http', 'ws')}/ws/events?graph=g`);
    await once(socket, 'open');
    socket.send('ping');
    const [answer] = (await once(socket, 'message')) as [Buffer];
    expect(answer.toString()).toBe('/ws/events?graph=g ping');
    for (const peer of sockets.clients) peer.terminate();
    await once(socket, 'close');
  });

  it('refuses an upgrade at other paths with 404, and survives clients that disconnect', async () => {
    const refused = new WebSocket(`${base.replace('http', 'ws')}/nowhere`);
    const [error] = (await once(refused, 'error')) as [Error];
    expect(error.message).toContain('404');
    const rude = connectSocket(portOf(front), '127.0.0.1');
    rude.write(
      'GET /ws/events HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    );
    await once(rude, 'data');
    rude.resetAndDestroy();
    expect((await ask('/health')).status).toBe(200);
  });

  /** A gateway whose services are away, and where they would be. */
  const lonelyGateway = async (): Promise<{ server: Server; lonely: Gateway; gone: number }> => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const [gone, url] = [portOf(closed), address(closed)];
    closed.close();
    const upstreams = new Upstreams({ ingest: [url], projector: [url], notifier: [url] });
    const logger = createLogger('gateway', 'silent');
    const lonely = createGateway({
      logger,
      registry: createRegistry(),
      guard,
      redis,
      upstreams,
      dashboardDir: dir,
      ready: () => true,
      self: () => 'http://127.0.0.1:9',
    });
    const server = await listen(lonely.app, { host: '127.0.0.1', port: 0 }, { upgrade: lonely.upgrade });
    return { server, lonely, gone };
  };

  it('waits for a service that restarts, which answers the requests and sockets of the meantime', async () => {
    const { server, lonely, gone } = await lonelyGateway();
    const asked = fetch(`${address(server)}/api/graph/stats`);
    const socket = new WebSocket(`${address(server).replace('http', 'ws')}/ws/events`);
    const opened = once(socket, 'open');
    await once(server, 'upgrade'); // both were refused at least once, or are about to be
    const itsSockets = new WebSocketServer({ noServer: true });
    const back = await upstream(echo, itsSockets, gone);
    await opened;
    expect(await (await asked).json()).toEqual(jasmine.objectContaining({ url: '/api/graph/stats' }));
    itsSockets.close();
    socket.terminate();
    lonely.close();
    await Promise.all([closeServer(server, 50), closeServer(back, 50)]);
  });

  it('names a service that does not answer for seconds: 503 UNAVAILABLE, also for sockets', async () => {
    const { server, lonely } = await lonelyGateway();
    const response = await fetch(`${address(server)}/api/graph/stats`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual(jasmine.objectContaining({ code: 'UNAVAILABLE', service: 'projector' }));
    const socket = new WebSocket(`${address(server).replace('http', 'ws')}/ws/events`);
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toContain('503');
    const health = (await (await fetch(`${address(server)}/health`)).json()) as Record<string, unknown>;
    expect(health['status']).toBe('degraded');
    lonely.close();
    await closeServer(server, 50);
  }, 15_000);

  it('is healthy if every service and Redis are', async () => {
    const { status, body } = await ask('/health');
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'ok',
      services: {
        ingest: { status: 'ok' },
        projector: { status: 'ok' },
        notifier: { status: 'ok', subscribers: 3 },
        redis: { status: 'ok', troubles: [], latency_ms: jasmine.any(Number) },
      },
      version: jasmine.stringMatching(/^\d+\.\d+\.\d+/),
    });
    projectorHealth = 503;
    const degraded = await ask('/health');
    expect([degraded.status, degraded.body['status']]).toEqual([503, 'degraded']);
  });

  it('adds a graph once; its name then belongs to that folder', async () => {
    const root = join(dir, 'root');
    const woken = await redis.xlen('graphtail:jobs');
    const added = await post({ root: `${root}/`, name: 'known' });
    expect([added.status, added.body]).toEqual([201, { name: 'known', root, head: '0-0', node_count: 7, relationship_count: 9 }]);
    expect((await post({ root, name: 'known' })).status).toBe(200);
    const taken = await post({ root: dir, name: 'known' });
    expect([taken.status, taken.body['code']]).toEqual([409, 'GRAPH_NAME_TAKEN']);
    const byFolder = await post({ root });
    expect([byFolder.status, byFolder.body['name'], byFolder.body['node_count']]).toEqual([201, 'root', null]);
    const { graphs } = (await ask('/api/graphs')).body as { graphs: { name: string }[] };
    expect(graphs.map(({ name }) => name)).toEqual(['known', 'root']);
    expect((await redis.xlen('graphtail:jobs')) - woken).toBe(3);
  });

  it('removes a graph: 204, then 404, and the name is free', async () => {
    const remove = (name: string) => fetch(`${base}/api/graphs/${name}`, { method: 'DELETE' });
    await post({ root: join(dir, 'root'), name: 'passing' });
    expect((await remove('passing')).status).toBe(204);
    const { graphs } = (await ask('/api/graphs')).body as { graphs: { name: string }[] };
    expect(graphs.map(({ name }) => name)).not.toContain('passing');
    for (const name of ['passing', 'never', '_alerts', 'a%2Fb']) {
      const answer = await remove(name);
      expect([name, answer.status, ((await answer.json()) as { code: string }).code]).toEqual([name, 404, 'UNKNOWN_GRAPH']);
    }
    expect((await post({ root: dir, name: 'passing' })).status).toBe(201);
    expect((await remove('passing')).status).toBe(204);
  });

  it('adds no graph outside the allowed folders, if there are any', async () => {
    roots.within = [join(dir, 'root')];
    try {
      const { status, body } = await post({ root: dir, name: 'outside' });
      expect([status, body['code'], body['field']]).toEqual([403, 'FORBIDDEN', 'root']);
    } finally {
      roots.within = undefined;
    }
  });

  it('names the field of an invalid graph', async () => {
    for (const [body, field] of [
      [{}, 'root'],
      [{ root: 'relative' }, 'root'],
      [{ root: join(dir, 'missing') }, 'root'],
      [{ root: join(dir, 'index.html') }, 'root'],
      [{ root: '/' }, 'root'],
      [{ root: '/proc/self/root/etc' }, 'root'],
      [{ root: dir, name: '_alerts' }, 'name'],
      [{ root: dir, colour: 'red' }, 'colour'],
    ] as const) {
      const { status, body: problem } = await post(body);
      expect([status, problem['code'], problem['field']]).toEqual([400, 'BAD_REQUEST', field]);
    }
  });

  it('serves the dashboard: hashed files compressed and for a year, the page for every view, 404 for a missing file', async () => {
    const script = await fetch(`${base}/main-ABCD1234.js`);
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(script.headers.get('content-encoding')).toMatch(/br|gzip/);
    for (const path of ['/', '/events?graph=g', '/graph/nodes/x']) {
      const page = await fetch(base + path);
      expect([page.status, page.headers.get('cache-control'), await page.text()]).toEqual([200, 'no-cache', '<title>Graphtail</title>']);
    }
    expect((await ask('/missing-ABCD1234.js')).status).toBe(404);
    const posted = await ask('/events', { method: 'POST' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
    expect((await ask('/api/nowhere')).body).toEqual(jasmine.objectContaining({ status: 404, detail: 'Nothing is at GET /api/nowhere.' }));
  });

  it('shows a page that loads itself again while the dashboard is not built yet, and tells a program so', async () => {
    const page = join(dir, 'index.html');
    renameSync(page, `${page}.away`);
    try {
      const shown = await fetch(`${base}/?graph=g`, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
      expect([shown.status, shown.headers.get('retry-after'), shown.headers.get('cache-control')]).toEqual([503, '2', 'no-store']);
      expect(await shown.text()).toMatch(/<meta http-equiv="refresh" content="2"[^]*The dashboard is being built/);
      const { status, body } = await ask('/');
      expect([status, body['code'], body['retry_after_seconds']]).toEqual([503, 'UNAVAILABLE', 2]);
    } finally {
      renameSync(`${page}.away`, page);
    }
    expect((await fetch(base)).status).toBe(200);
  });

  it('answers 503 while Redis is away, and is healthy again afterwards', async () => {
    await redisServer.kill();
    expect((await ask('/api/graphs')).body['code']).toBe('UNAVAILABLE');
    const health = await ask('/health');
    expect([health.status, (health.body['services'] as Record<string, Record<string, unknown>>)['redis']?.['status']]).toEqual([
      503,
      'down',
    ]);
    await redisServer.restart();
    if (redis.status !== 'ready') await once(redis, 'ready');
    expect((await ask('/health')).status).toBe(200);
  });
});
