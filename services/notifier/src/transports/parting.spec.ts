import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { part } from './parting.ts';

/** Sockets are real, only time is not. */
describe('a peer that was told the end', () => {
  let server: Server;
  let peer: Socket;
  let socket: Socket;

  beforeEach(async () => {
    jasmine.clock().install().mockDate();
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    peer = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
    [socket] = (await once(server, 'connection')) as [Socket];
    socket.on('error', () => undefined).write(Buffer.alloc(64 * 1024 * 1024));
  });
  afterEach(() => {
    socket.destroy();
    peer.destroy();
    server.close();
    jasmine.clock().uninstall();
  });

  function pass(seconds: number): void {
    for (let i = 0; i < seconds; i++) jasmine.clock().tick(1_000);
  }

  it('[S9d] is given 30 s to read on, then its socket is given back', () => {
    part(socket);
    pass(30);
    const before = socket.destroyed;
    pass(10);
    expect([before, socket.destroyed]).toEqual([false, true]);
  });

  it('[S9d] is given 60 s while it reads', async () => {
    part(socket);
    for (let seconds = 0; seconds < 55; seconds += 5) {
      const { writableLength, bytesWritten } = socket;
      const queued = (): unknown => (socket as unknown as { _handle: { writeQueueSize: number } })._handle.writeQueueSize;
      const before = queued();
      while (queued() === before && socket.writableLength === writableLength && socket.bytesWritten === bytesWritten) {
        peer.read();
        await new Promise((resolve) => setImmediate(resolve));
      }
      pass(5);
    }
    const before = socket.destroyed;
    pass(10);
    expect([before, socket.destroyed]).toEqual([false, true]);
  });

  it('keeps a socket whose answer was taken: the next one comes on it', () => {
    const answer = new PassThrough();
    part(socket, answer);
    answer.destroy();
    answer.emit('close');
    pass(120);
    expect(socket.destroyed).toBeFalse();
  });
});
