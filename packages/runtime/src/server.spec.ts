import { once } from 'node:events';
import { connect } from 'node:net';
import { closeServer, listen, ListenError, portOf } from './server.ts';

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

  it('closes within the grace given, upgraded sockets and answers that never end included', async () => {
    const server = await listen(() => undefined, { host: '127.0.0.1', port: 0 });
    server.on('upgrade', (_request, socket) =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'),
    );
    const upgraded = connect(portOf(server), '127.0.0.1');
    upgraded.write('GET / HTTP/1.1\r\nHost: x\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n');
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

  it('closing twice is harmless', async () => {
    const server = await listen(() => undefined, { host: '127.0.0.1', port: 0 });
    await closeServer(server);
    await expectAsync(closeServer(server)).toBeResolved();
  });
});
