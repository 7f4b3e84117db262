import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { eventually } from '../../../../tests/support/eventually.ts';
import { Listener, TRANSPORTS, listenBy } from './listeners.ts';
import { nodeAdded, startStage, type Graph, type Stage } from './support.ts';

const KEY = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13';
const CODES = { 400: 'BAD_REQUEST', 405: 'METHOD_NOT_ALLOWED', 413: 'PAYLOAD_TOO_LARGE' };
const upgradeTo = (target: string, lines = KEY): string =>
  `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${lines}\r\n\r\n`;

describe('the notifier takes what a hostile peer sends:', () => {
  let stage: Stage;
  let graph: Graph;
  beforeAll(async () => {
    stage = await startStage();
    graph = await stage.graph();
  });
  afterAll(() => stage.close());

  const dial = (): Socket => {
    const socket = connect({ port: Number(new URL(stage.url).port), host: '127.0.0.1', allowHalfOpen: true });
    return socket.on('error', () => undefined);
  };
  async function answerTo(bytes: string): Promise<{ status: number; problem: Record<string, unknown> }> {
    const socket = dial().setEncoding('utf8');
    socket.write(bytes);
    let answer = '';
    socket.on('data', (text: string) => (answer += text));
    await once(socket, 'end');
    socket.end();
    const [head, body = ''] = answer.split('\r\n\r\n');
    expect(head).toContain('Content-Type: application/problem+json');
    return { status: Number(answer.slice(9, 12)), problem: JSON.parse(body) as Record<string, unknown> };
  }
  const subscribers = async (): Promise<number> =>
    ((await (await fetch(`${stage.url}/ws/status`)).json()) as { active_connections: number }).active_connections;

  it('request targets of any kind are answered, upgrade or not', async () => {
    for (const target of ['//[', '//', 'http://[', '/ws/../%', '*', '/ws/events/%ff', '/socket.io//[']) {
      const { status, problem } = await answerTo(upgradeTo(target));
      expect([status, problem['status']]).withContext(target).toEqual([problem['status'], status]);
      expect(status).withContext(target).toBeGreaterThanOrEqual(400);
      expect(status).withContext(target).toBeLessThan(500);
      const plain = await answerTo(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      expect(plain.status).withContext(target).toBeLessThan(500);
    }
    expect((await fetch(`${stage.url}/health`)).status).toBe(200);
  });

  it('a WebSocket handshake that is none is answered with a problem', async () => {
    for (const lines of ['X: y', KEY.replace('13', '99'), `${KEY}\r\nSec-WebSocket-Protocol: ,,`]) {
      for (const target of ['/ws/events', '/socket.io/?EIO=4&transport=websocket']) {
        const { status, problem } = await answerTo(upgradeTo(target, lines));
        expect([status, problem['code']]).toEqual([400, 'BAD_REQUEST']);
      }
    }
  });

  it('what Engine.IO refuses is a problem like all others', async () => {
    const session = async (): Promise<string> => {
      const text = await (await fetch(`${stage.url}/socket.io/?EIO=4&transport=polling`)).text();
      return (JSON.parse(text.slice(1)) as { sid: string }).sid;
    };
    const at = (query: string): string => `${stage.url}/socket.io/?${query}`;
    const post = (body: string, type: string): RequestInit => ({ method: 'POST', body, headers: { 'content-type': type } });
    const known = async (): Promise<string> => at(`EIO=4&transport=polling&sid=${await session()}`);
    for (const [url, init, status] of [
      [at('EIO=4&transport=pigeon'), {}, 400],
      [at('transport=polling'), {}, 400],
      [at('EIO=3&transport=polling'), {}, 400],
      [at('EIO=4&transport=polling&sid=nobody'), {}, 400],
      [at('EIO=4&transport=websocket'), {}, 400],
      [at('EIO=4&transport=polling'), post('x', 'text/plain'), 400],
      [at('EIO=4&transport=polling'), { method: 'PUT' }, 405],
      [await known(), { method: 'DELETE' }, 405],
      [await known(), post('4', 'application/octet-stream'), 400],
      [await known(), post('x'.repeat(100_000), 'text/plain'), 413],
    ] as const) {
      const response = await fetch(url, init);
      const context = `${url} ${JSON.stringify(init).slice(0, 80)}`;
      expect([response.status, response.headers.get('content-type')])
        .withContext(context)
        .toEqual([status, jasmine.stringMatching(/^application\/problem\+json/)]);
      expect(await response.json())
        .withContext(context)
        .toEqual(jasmine.objectContaining({ status, code: CODES[status] }));
    }
    for (const [query, field] of [
      ['EIO=4&transport=pigeon', 'transport'],
      ['EIO=3&transport=polling', 'EIO'],
      ['EIO=4&transport=polling&sid=nobody', 'sid'],
    ] as const) {
      expect(await (await fetch(at(query))).json()).toEqual(jasmine.objectContaining({ field }));
    }
    for (const query of ['EIO=4&transport=pigeon', 'EIO=3&transport=websocket', 'EIO=4&transport=websocket&sid=nobody']) {
      expect((await answerTo(upgradeTo(`/socket.io/?${query}`))).problem['code']).toBe('BAD_REQUEST');
    }
  });

  it('[E2] a message that is too large is closed with 1009, invalid UTF-8 with 1007, no frame with 1002', async () => {
    const closedWith = async (send: (socket: WebSocket, raw: Socket) => void): Promise<number> => {
      const socket = new WebSocket(`${stage.url.replace('http', 'ws')}/ws/events?graph=${graph.name}`);
      socket.on('error', () => undefined);
      await once(socket, 'message');
      send(socket, (socket as unknown as { _socket: Socket })._socket);
      const [code] = (await once(socket, 'close')) as [number];
      return code;
    };
    expect(await closedWith((socket) => socket.send('x'.repeat(10_000_000)))).toBe(1009);
    expect(await closedWith((socket) => socket.send(Buffer.from([0xff, 0xfe]), { binary: false }))).toBe(1007);
    expect(await closedWith((_, raw) => raw.write(Buffer.alloc(8, 0xff)))).toBe(1002);
    await eventually(async () => (await subscribers()) === 0);
  });

  for (const [transport, ask] of [
    ['a WebSocket', (name: string) => upgradeTo(`/ws/events?graph=${name}&from=earliest`)],
    ['an event stream', (name: string) => `GET /sse/events?graph=${name}&from=earliest HTTP/1.1\r\nHost: localhost\r\n\r\n`],
    ['a paused WebSocket', (name: string) => upgradeTo(`/ws/events?graph=${name}&from=earliest`)],
    ['Socket.IO', (name: string) => upgradeTo(`/socket.io/?EIO=4&transport=websocket&graph=${name}`)],
  ] as const) {
    it(`[S9e] ${transport} that closed its half and reads nothing is given back`, async () => {
      const large = await stage.graph();
      for (let i = 0; i < 8; i++) await large.append(...Array.from({ length: 60 }, () => nodeAdded('src/a.ts', 'x'.repeat(20_000))));
      const peers = Array.from({ length: 10 }, dial);
      for (const peer of peers) {
        peer.write(ask(large.name));
        await once(peer, 'data');
        if (transport === 'Socket.IO') {
          peer.write(textFrame(`40/events,${JSON.stringify({ graph: large.name, from: 'earliest' })}`));
          await once(peer, 'data');
        }
        if (transport === 'a paused WebSocket') peer.write(textFrame('{"action":"pause"}'));
        peer.pause();
      }
      await eventually(async () => (await subscribers()) === 10);
      for (const peer of peers) peer.end();
      await expectAsync(eventually(async () => (await subscribers()) === 0, 20_000)).toBeResolved();
      await expectAsync(eventually(async () => (await openSockets()) <= 3, 20_000)).toBeResolved();
      for (const peer of peers) peer.destroy();
    }, 60_000);
  }
  it('[E2] a subscription that is one too many of its address is told RATE_LIMITED and closed with 4429, until another has ended', async () => {
    const narrow = await startStage({}, undefined, 1);
    const { name } = await narrow.graph();
    const listeners = Array.from({ length: 20 }, () => new Listener(narrow.url, { graph: name })); // loopback's 20 of 1
    for (const listener of listeners) await listener.first('caught_up');
    for (const transport of TRANSPORTS) {
      const refused = listenBy(transport, narrow.url, { graph: name });
      const { code } = await refused.whenClosed();
      expect(refused.received).toEqual([jasmine.objectContaining({ type: 'error', code: 'RATE_LIMITED', retryable: true })]);
      if (transport === 'websocket') expect(code).toBe(4429);
    }
    await listeners[0]!.close();
    await eventually(async () => {
      const again = new Listener(narrow.url, { graph: name });
      const isIn = await again.first('caught_up').then(
        () => true,
        () => false,
      );
      await again.close();
      return isIn;
    });
    for (const listener of listeners) await listener.close();
    await narrow.close();
  });

  const openSockets = async (): Promise<number> => Number(/^graphtail_open_sockets (\d+)$/m.exec(await stage.metrics())?.[1]);
});

/** A short text message of a client, masked with zeros. */
function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}
