import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What becomes of the bytes that a server sends. `passOn` is the same function for all of one connection. */
export type Downstream = (bytes: Buffer, passOn: (bytes: Buffer) => void) => void;

export type ByteProxy = {
  readonly url: string;
  /** From now on, for connections that are open too. */
  downstream: Downstream;
  stop(): Promise<void>;
};

/** A proxy between subscribers and a notifier that may change what it passes on, or when. */
export async function startByteProxy(target: string): Promise<ByteProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const proxy = { url: '', downstream: (bytes: Buffer, passOn: (bytes: Buffer) => void) => passOn(bytes), stop };
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    client.on('data', (bytes) => upstream.write(bytes));
    const passOn = (changed: Buffer): void => void (client.destroyed || client.write(changed));
    upstream.on('data', (bytes: Buffer) => proxy.downstream(bytes, passOn));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy.url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return proxy;

  async function stop(): Promise<void> {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  }
}
