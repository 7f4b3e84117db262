import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** The address can't be listened on. The message says what to do. */
export class ListenError extends Error {
  override name = 'ListenError';
}

const connections = new WeakMap<Server, Set<Socket>>();

/**
 * Listens; resolves once connections are accepted. Port 0 takes a free one: see {@link portOf}.
 * @throws {ListenError} where the port is in use or may not be used.
 */
export async function listen(app: RequestListener, { host, port }: { host: string; port: number }): Promise<Server> {
  // A proxy in front reuses connections: ours must outlive its idea of idleness, or a request meets a closing socket.
  const server = createServer({ keepAliveTimeout: 65_000, headersTimeout: 70_000 }, app);
  const sockets = new Set<Socket>();
  connections.set(server, sockets);
  server.on('connection', (socket) => {
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', (error: NodeJS.ErrnoException) => {
    reject(new ListenError(`can't listen on ${host}:${String(port)}: ${reason(error)}`, { cause: error }));
  });
  server.listen(port, host, resolve);
  await promise;
  return server;
}

function reason(error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE') return 'the port is in use';
  if (error.code === 'EACCES') return 'not allowed; ports below 1024 need rights';
  if (error.code === 'EADDRNOTAVAIL') return 'this machine does not have that address';
  return error.message;
}

/** The port a server listens on. */
export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Accepts nothing more, lets answers under way finish for `graceMs`, then ends what is left, upgraded sockets included. */
export async function closeServer(server: Server, graceMs = 1000): Promise<void> {
  if (!server.listening) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  const force = setTimeout(() => {
    for (const socket of connections.get(server) ?? []) socket.destroy();
  }, graceMs);
  await promise;
  clearTimeout(force);
}
