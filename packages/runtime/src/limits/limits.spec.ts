import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { eventually } from '../../../../tests/support/eventually.ts';
import { LOOPBACK, trustProxies } from '../guard/index.ts';
import { createRegistry } from '../metrics.ts';
import { closeServer, listen, portOf, type ListenOptions, type ListenSettings } from '../server.ts';
import { keyOf } from './address-key.ts';
import { connectionsWithin, descriptorLimit } from './descriptors.ts';

const CONNECTIONS_OF_LOOPBACK = 20;

describe('a port', () => {
  const sockets: Socket[] = [];
  let server: Server;
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    trustProxies(LOOPBACK);
    await closeServer(server, 50);
  });

  async function start(settings: Partial<ListenSettings>, options?: ListenOptions): Promise<void> {
    server = await listen((_request, response) => response.end('answered'), { host: '127.0.0.1', port: 0, ...settings }, options);
  }
  const ask = (address: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${String(portOf(server))}/`, { headers: { 'x-forwarded-for': address } });
  function dial(): Socket {
    const socket = connect(portOf(server), '127.0.0.1').on('error', () => undefined);
    sockets.push(socket);
    return socket;
  }
  const open = (): Promise<number> => new Promise((resolve) => server.getConnections((_, count) => resolve(count)));

  it('answers 429 with Retry-After to an address that asks too often, and to no other address', async () => {
    await start({ limitRequests: 3 });
    const [first, second] = ['203.0.113.1', '203.0.113.2'];
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await ask(first)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    const refused = await ask(first);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toEqual(jasmine.objectContaining({ status: 429, code: 'RATE_LIMITED' }));
    expect((await ask(second)).status).toBe(200);
    await eventually(async () => (await ask(first)).status === 200, 3_000);
  });

  it('counts upgrades as requests, and allows loopback twenty times as many', async () => {
    await start({ limitRequests: 1 });
    const statuses = [];
    for (let i = 0; i < CONNECTIONS_OF_LOOPBACK + 1; i++) {
      const socket = dial();
      socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      statuses.push(((await once(socket, 'data')) as [Buffer])[0].toString('latin1', 9, 12));
    }
    expect(statuses.slice(0, CONNECTIONS_OF_LOOPBACK)).toEqual(Array.from({ length: CONNECTIONS_OF_LOOPBACK }, () => '404'));
    expect(statuses.at(-1)).toBe('429');
  });

  it("closes a connection beyond its address's limit, until another one has ended", async () => {
    const registry = createRegistry();
    await start({ limitConnections: 1 }, { registry });
    for (let i = 0; i < CONNECTIONS_OF_LOOPBACK; i++) await once(dial(), 'connect');
    await eventually(async () => (await open()) === CONNECTIONS_OF_LOOPBACK);
    const refused = dial();
    const [answer] = (await once(refused, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 429 Too Many Requests\r\n[^]*RATE_LIMITED/);
    await once(refused, 'close');
    expect(await registry.metrics()).toContain('graphtail_refused_total{what="connection"} 1\n');
    sockets[0]!.destroy();
    await eventually(async () => (await open()) === CONNECTIONS_OF_LOOPBACK - 1);
    const taken = dial();
    taken.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(((await once(taken, 'data')) as [Buffer])[0].toString()).toContain('200 OK');
  });

  it('trusts the address that a trusted proxy names, and no other', async () => {
    trustProxies(['10.0.0.0/8', '2001:db8::/32']);
    await start({ limitRequests: 1 });
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await ask('203.0.113.1')).status); // comes from loopback, which may ask 20 times
    expect(statuses).toEqual([200, 200, 200, 200]);
  });

  it('has at most its limit of connections in total', async () => {
    const registry = createRegistry();
    await start({ maxConnections: 2 }, { registry });
    const all = [dial(), dial(), dial()];
    await Promise.race(all.map((socket) => once(socket, 'close')));
    expect(await registry.metrics()).toMatch(/^graphtail_open_sockets 2$[^]*^graphtail_open_sockets_limit 2$/m);
    expect(await registry.metrics()).toContain('graphtail_refused_total{what="full"} 1\n');
  });

  it('ends a request whose body or headers do not arrive', async () => {
    await start({});
    [server.headersTimeout, server.requestTimeout] = [50, 100]; // looked at every 5 s
    const slow = dial();
    slow.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nslow');
    slow.setEncoding('utf8');
    let answer = '';
    slow.on('data', (text: string) => (answer += text));
    await once(slow, 'close');
    expect(answer).toContain('HTTP/1.1 408 Request Timeout\r\nContent-Type: application/problem+json');
  }, 15_000);

  it('ends an answer that was not read for a minute', async () => {
    jasmine.clock().install().mockDate();
    try {
      server = await listen((_request, response) => response.end(Buffer.alloc(64 * 1024 * 1024)), { host: '127.0.0.1', port: 0 });
      const stalled = dial();
      stalled.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      await once(stalled, 'readable');
      for (let second = 0; second < 55; second += 5) {
        jasmine.clock().tick(5_000);
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(await open()).toBe(1);
      jasmine.clock().tick(15_000);
      while ((await open()) > 0) continue;
    } finally {
      jasmine.clock().uninstall();
    }
    expect(await open()).toBe(0);
  });
});

describe('the limits', () => {
  it('count the first 64 bits of an IPv6 address as one address', () => {
    expect(keyOf('203.0.113.7')).toBe('203.0.113.7');
    expect([keyOf('2001:db8:1:2:3:4:5:6'), keyOf('2001:db8:1:2::9')]).toEqual(['2001:db8:1:2', '2001:db8:1:2']);
    expect(keyOf('2001:db8::1')).toBe('2001:db8');
  });

  it('leave file descriptors for Redis and files', () => {
    expect(connectionsWithin(1_024, 8_000, 2)).toEqual({ connections: 384, needed: 16_256 });
    expect(connectionsWithin(20_000, 8_000, 2)).toEqual({ connections: 8_000, needed: 16_256 });
    expect(connectionsWithin(undefined, 8_000, 1)).toEqual({ connections: 8_000, needed: 8_256 });
    expect(descriptorLimit()).toBeGreaterThan(100);
  });
});
