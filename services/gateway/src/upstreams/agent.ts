import { once } from 'node:events';
import { Agent, type ClientRequestArgs } from 'node:http';
import { createConnection, type Socket, type TcpNetConnectOpts } from 'node:net';
import type { Duplex } from 'node:stream';

/** How long a connection may take, ms. A machine that is gone does not refuse it: it does not answer at all. */
const CONNECTED_WITHIN_MS = 2_000;

/** Keeps connections to services. A request gets a socket only once it is connected: without one, nothing of it was sent. */
export class ServiceAgent extends Agent {
  constructor() {
    super({ keepAlive: true });
  }

  override createConnection(options: ClientRequestArgs, callback?: (error: Error | null, socket: Duplex) => void): undefined {
    const answer = callback as (error: Error | null, socket?: Duplex) => void;
    connected(options as TcpNetConnectOpts).then(
      (socket) => answer(null, socket),
      (error: Error) => answer(error),
    );
  }
}

/** Resolves with a connected socket. @throws the error that prevents the connection, such as ECONNREFUSED */
export async function connected({ host, port }: Pick<TcpNetConnectOpts, 'host' | 'port'>): Promise<Socket> {
  const socket = createConnection({ host, port });
  const late = setTimeout(() => socket.destroy(new Error('no connection within 2 s')), CONNECTED_WITHIN_MS);
  try {
    await once(socket, 'connect');
    return socket;
  } finally {
    clearTimeout(late);
  }
}
