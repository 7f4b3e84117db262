import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Response } from 'express';
import { EventStreamSink } from './sse.ts';

/** The connection is real, only time is not. */
describe('an event stream that was ended', () => {
  let server: Server;
  let peer: Socket;

  beforeEach(() => {
    jasmine.clock().install().mockDate();
    server = createServer();
  });
  afterEach(() => {
    peer.destroy();
    server.closeAllConnections();
    server.close();
    jasmine.clock().uninstall();
  });

  async function ended(bytes: number): Promise<{ socket: Socket; response: ServerResponse }> {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    peer = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
    peer.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const [{ socket }, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
    response.write(Buffer.alloc(bytes));
    new EventStreamSink(response as unknown as Response, () => undefined).close({ kind: 'reached' });
    return { socket, response };
  }
  function pass(seconds: number): void {
    for (let i = 0; i < seconds; i++) jasmine.clock().tick(1_000);
  }

  it('[S9d] is let go of if its peer reads nothing of the end for 30 s', async () => {
    const { socket } = await ended(64 * 1024 * 1024);
    pass(30);
    const before = socket.destroyed;
    pass(10);
    expect([before, socket.destroyed]).toEqual([false, true]);
  });

  it('leaves its connection open if its peer took the end: the next request comes on it', async () => {
    const { socket, response } = await ended(100);
    if (!response.closed) await once(response, 'close');
    pass(120);
    expect(socket.destroyed).toBeFalse();
  });
});
