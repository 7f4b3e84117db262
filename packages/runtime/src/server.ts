import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connectionsWithin, descriptorLimit } from './limits/descriptors.ts';
import { Gate } from './limits/gate.ts';
import { letGo } from './limits/let-go.ts';
import { DEFAULT_LIMITS, type LimitsConfig } from './limits/limits-config.ts';
import { giveUpIfUnread } from './limits/unread-answers.ts';
import type { Logger } from './logger.ts';
import { gauge, type Registry } from './metrics.ts';
import { Problem } from './problem.ts';
import { answerClientError, refuseUpgrade, sendRawProblem, type Upgrade } from './raw-answers.ts';
import { signOfLife } from './sign-of-life.ts';

/** The server can't listen on the address. The message says why. */
export class ListenError extends Error {
  override name = 'ListenError';
}

/** How long an idle connection is kept: longer than a proxy in front keeps it. Otherwise a request could arrive on a closing socket. */
const IDLE_MS = 65_000;
const HEADERS_WITHIN_MS = 20_000;
/** How long the headers and the body together may take to arrive. The largest body is 1 MB. */
const REQUEST_WITHIN_MS = 30_000;
const CHECKED_EACH_MS = 5_000;
/**
 * How many connections may wait to be accepted. Node's default of 511 is too few when many clients connect at once: the system resets
 * connections that find no place. The system may allow fewer.
 */
const BACKLOG = 4_096;
const MAX_HEADER_BYTES = 16 * 1024;
/** After the peer has closed its half, Node ends ours. The peer has this long to read the rest; then it is dropped. */
const HALF_OPEN_MS = 5_000;

const connections = new WeakMap<Server, Set<Socket>>();

export type ListenSettings = { host: string; port: number } & Partial<LimitsConfig>;

export type ListenOptions = {
  /** Serves WebSockets. Without it a WebSocket request is answered with 404. */
  upgrade?: Upgrade;
  /** The registry for the metrics of connections. */
  registry?: Registry;
  logger?: Logger;
  /** How many descriptors a connection needs: 2 if each connection has another one to a service behind. */
  descriptorsPerConnection?: number;
};

/**
 * Starts a server. Resolves when it accepts connections. Port 0 takes a free port: see {@link portOf}. An error in an event handler
 * would end the process, so nothing that a peer sends may throw there. Requests, upgrades and invalid input are answered here or by `app`.
 * @throws {ListenError} if the port is in use or may not be used
 */
export async function listen(
  app: RequestListener,
  { host, port, ...limits }: ListenSettings,
  { upgrade = refuseEveryUpgrade, registry, logger, descriptorsPerConnection = 1 }: ListenOptions = {},
): Promise<Server> {
  const gate = new Gate({ ...DEFAULT_LIMITS, ...limits }, registry);
  const answer = gate.requests(app);
  const take = gate.upgrades(upgrade);
  const server = createServer(
    {
      keepAliveTimeout: IDLE_MS,
      headersTimeout: HEADERS_WITHIN_MS,
      requestTimeout: REQUEST_WITHIN_MS,
      connectionsCheckingInterval: CHECKED_EACH_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
      requireHostHeader: false, // Node's own answer has no body; the guard's answer names the field
      shouldUpgradeCallback: isWebSocketUpgrade,
    },
    (request, response) => {
      signOfLife();
      // Express would answer other targets with HTML.
      if (isTarget(request.url)) answer(request, response);
      else sendRawProblem(response, new Problem(400, 'BAD_REQUEST', 'The request target is neither a path nor a URL.'));
    },
  );
  const sockets = new Set<Socket>();
  connections.set(server, sockets);
  server.on('connection', (socket) => {
    signOfLife();
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.once('end', () => letGo(socket, HALF_OPEN_MS));
    void gate.connection(socket);
  });
  server.maxConnections = connectionsAtMost(limits.maxConnections ?? DEFAULT_LIMITS.maxConnections, descriptorsPerConnection, logger);
  server.on('drop', () => gate.full());
  server.on('request', ({ socket }, response) => giveUpIfUnread(socket, response));
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Node has removed its own handlers: an error without a handler would end the process.
    socket.on('error', () => socket.destroy());
    take(request, socket as Socket, head);
  });
  server.on('clientError', answerClientError);
  if (registry !== undefined) observeConnections(registry, sockets, server.maxConnections);
  server.on('checkExpectation', (_request, response) => {
    sendRawProblem(response, new Problem(417, 'BAD_REQUEST', 'The only expectation that can be met is 100-continue.'));
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', (error: NodeJS.ErrnoException) => {
    reject(new ListenError(`can't listen on ${host}:${String(port)}: ${reason(error)}`, { cause: error }));
  });
  server.listen(port, host, BACKLOG, resolve);
  await promise;
  return server;
}

/**
 * Returns the wanted number of connections, or fewer if the limit of descriptors is lower. With more connections the process could neither
 * open files nor reach Redis.
 */
function connectionsAtMost(wanted: number, each: number, logger: Logger | undefined): number {
  const limit = descriptorLimit();
  const { connections, needed } = connectionsWithin(limit, wanted, each);
  if (connections < wanted) {
    logger?.warn(
      { limit, needed },
      `only ${String(connections)} connections fit below the limit of ${String(limit)} open files, not ${String(wanted)}; raise it (ulimit -n ${String(needed)}) or lower GRAPHTAIL_MAX_CONNECTIONS`,
    );
  }
  return connections;
}

function observeConnections(registry: Registry, sockets: ReadonlySet<Socket>, limit: number): void {
  gauge(registry, 'graphtail_open_sockets', 'Open connections of the service’s port, WebSockets and idle ones included.', [], (metric) =>
    metric.set(sockets.size),
  );
  gauge(registry, 'graphtail_open_sockets_limit', 'Open connections at most; more are closed at once.').set(limit);
}

/** Whether a text is a request target: a path, a whole URL as a proxy may send it (RFC 9112, 3.2.2), or `*` as `OPTIONS` may. */
function isTarget(target = '/'): boolean {
  return target.startsWith('/') || target === '*' || URL.canParse(target);
}

/**
 * WebSocket is the only protocol to which a connection can change. Requests with another `Upgrade`, e.g. h2c, are ordinary (RFC 9110, 7.8:
 * a server may ignore the header).
 */
function isWebSocketUpgrade({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}

function refuseEveryUpgrade(_request: IncomingMessage, socket: Socket): void {
  refuseUpgrade(socket, noSocketHere());
}

/** Returns the answer to a WebSocket request at a path that serves none. */
export function noSocketHere(): Problem {
  return new Problem(404, 'NOT_FOUND', 'No socket is served here.');
}

function reason(error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE') return 'the port is in use';
  if (error.code === 'EACCES') return 'not allowed; ports below 1024 need rights';
  if (error.code === 'EADDRNOTAVAIL') return 'this machine does not have that address';
  return error.message;
}

/** Returns the port on which a server listens. */
export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/**
 * Accepts no more connections, and lets answers under way finish for `graceMs`. Then ends all remaining connections, upgraded sockets
 * included.
 */
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
