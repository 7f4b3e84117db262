import { once } from 'node:events';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { connect } from 'node:net';
import { refuseUpgrade, type Upgrade } from './raw-answers.ts';
import { closeServer, listen, ListenError, noSocketHere, portOf } from './server.ts';

describe('server', () => {
  it('says in one line that a port is in use', async () => {
    const first = await listen((_request, response) => response.end(), { host: '127.0.0.1', port: 0 });
    const port = portOf(first);
    await expectAsync(listen(() => undefined, { host: '127.0.0.1', port })).toBeRejectedWithError(
      ListenError,
      `can't listen on 127.0.0.1:${String(port)}: the port is in use`,
    );
    await closeServer(first);
  });

  it('closes within the given time, including upgraded sockets and answers that never end', async () => {
    const server = await listen(
      () => undefined,
      { host: '127.0.0.1', port: 0 },
      {
        upgrade: (_request, socket) =>
          socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'),
      },
    );
    const upgraded = connect(portOf(server), '127.0.0.1');
    upgraded.write('GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    await once(upgraded, 'data');
    const waiting = fetch(`http://127.0.0.1:${String(portOf(server))}/`).catch(() => 'ended');
    await once(server, 'request');
    const started = performance.now();
    const ended = once(upgraded, 'close');
    await closeServer(server, 50);
    expect(performance.now() - started).toBeLessThan(1000);
    expect(await waiting).toBe('ended');
    await ended;
  });

  describe('accepts anything that a peer sends:', () => {
    let server: Server;
    let upgrade: Upgrade | undefined;
    let asked: IncomingMessage[];
    beforeEach(async () => {
      asked = [];
      upgrade = undefined;
      const app: RequestListener = (request, response) => {
        asked.push(request);
        response.end('plain');
      };
      const chosen: Upgrade = (request, socket, head) => (upgrade ?? refused)(request, socket, head);
      server = await listen(app, { host: '127.0.0.1', port: 0 }, { upgrade: chosen });
    });
    afterEach(() => closeServer(server, 50));

    const refused: Upgrade = (_request, socket) => refuseUpgrade(socket, noSocketHere());

    /** Sends bytes and gives everything that is answered until the server closes. */
    async function send(bytes: string): Promise<string> {
      const socket = connect(portOf(server), '127.0.0.1');
      socket.setEncoding('utf8').write(bytes);
      let answer = '';
      socket.on('data', (text: string) => (answer += text));
      await once(socket, 'close');
      return answer;
    }
    const problem = (answer: string): unknown => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));

    it('only `websocket` is an upgrade, any other is a plain request', async () => {
      for (const offer of ['h2c', 'TLS/1.0', 'websocket2']) {
        const answer = await send(`GET /x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: ${offer}\r\n\r\n`);
        expect(answer)
          .withContext(offer)
          .toMatch(/^HTTP\/1\.1 200 OK[^]*plain$/);
      }
      expect(asked.map(({ url }) => url)).toEqual(['/x', '/x', '/x']);
    });

    it('an upgrade at a path without sockets is answered with a problem, and closed', async () => {
      const answer = await send('GET //[ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      expect(answer).toMatch(/^HTTP\/1\.1 404 Not Found\r\nContent-Type: application\/problem\+json\r\n/);
      expect(problem(answer)).toEqual(jasmine.objectContaining({ status: 404, code: 'NOT_FOUND' }));
    });

    it('an error during an upgrade ends that connection only', async () => {
      upgrade = (request) => new URL(request.url ?? '', 'http://localhost');
      const answer = await send('GET //[ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      expect(problem(answer)).toEqual(jasmine.objectContaining({ status: 500, code: 'INTERNAL' }));
    });

    it('invalid HTTP is answered with a problem, and closed', async () => {
      for (const [bytes, status] of [
        ['nonsense\r\n\r\n', 400],
        ['GET http://[ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
        ['GET / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n', 400],
        [`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
        ['GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: a-miracle\r\n\r\n', 417],
      ] as const) {
        const answer = await send(bytes);
        expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${String(status)} `));
        expect(problem(answer)).toEqual(jasmine.objectContaining({ status, code: 'BAD_REQUEST' }));
      }
    });
  });

  it('closing twice is harmless', async () => {
    const server = await listen(() => undefined, { host: '127.0.0.1', port: 0 });
    await closeServer(server);
    await expectAsync(closeServer(server)).toBeResolved();
  });
});
