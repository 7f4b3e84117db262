import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** How a peer goes: by closing its half, by closing both, or as if its cable was cut. */
export const LEAVINGS = ['half', 'close', 'reset'] as const;
export type Leaving = (typeof LEAVINGS)[number];

/** What a peer sends, and whether it reads. */
export type Act = {
  /** `host` is the door's. */
  readonly sends: (host: string) => string | Buffer;
  readonly reads: boolean;
  /** Sent again and again until it leaves. */
  readonly drips?: string;
};

const GRAPH = 'graph=fuzzed';
const UPGRADE = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

const get =
  (target: string, more = '') =>
  (host: string) =>
    `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n${more}\r\n`;
const post = (length: number, body: string) => (host: string) =>
  `POST /api/graph/traverse?${GRAPH} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${String(length)}\r\n\r\n${body}`;
const subscribe = get(`/ws/events?${GRAPH}&from=earliest`, UPGRADE);
const events = get(`/sse/events?${GRAPH}&from=earliest`);

/** The beginning of a TLS handshake and of HTTP/2, and bytes that begin nothing. */
const TLS = Buffer.from('1603010200010001fc0303', 'hex');
const HTTP2 = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

export const ACTS = {
  'says nothing': { sends: () => '', reads: true },
  'half a header': { sends: () => 'GET /api/log HTTP/1.1\r\nHost: 127', reads: true },
  'headers one by one': { sends: (host) => `GET /health HTTP/1.1\r\nHost: ${host}\r\n`, reads: true, drips: 'X-Slow: 1\r\n' },
  'a body that never comes': { sends: post(1000, '{"start'), reads: true },
  'a body letter by letter': { sends: post(1_000_000, '{"x":"'), reads: true, drips: 'x' },
  'a large answer that is not read': { sends: get(`/api/graph/snapshot?${GRAPH}`), reads: false },
  'a large answer that is read': { sends: get(`/api/graph/snapshot?${GRAPH}`), reads: true },
  'an expensive question': { sends: get(`/api/graph/nodes/search?${GRAPH}&q=e&limit=1000`), reads: true },
  'an upgrade and silence': { sends: get(`/ws/events?${GRAPH}`, UPGRADE), reads: true },
  'a subscriber that reads nothing': { sends: subscribe, reads: false },
  'a subscriber that goes in the midst of a replay': { sends: subscribe, reads: true },
  'a filtered subscriber that goes': { sends: get(`/ws/events/filtered?${GRAPH}&from=earliest&types=graph_reset`, UPGRADE), reads: true },
  'an event stream that is not read': { sends: events, reads: false },
  'an event stream that is read': { sends: events, reads: true },
  'half a frame': { sends: (host) => Buffer.concat([Buffer.from(subscribe(host)), Buffer.from('81fe03e8', 'hex')]), reads: true },
  'a frame before the upgrade is answered': {
    sends: (host) => Buffer.concat([Buffer.from(subscribe(host)), Buffer.from('818400000000', 'hex'), Buffer.from('ping')]),
    reads: true,
  },
  'an engine that is opened': { sends: get('/socket.io/?EIO=4&transport=polling'), reads: true },
  'an upgrade to an engine': { sends: get('/socket.io/?EIO=4&transport=websocket', UPGRADE), reads: true },
  'a TLS handshake': { sends: () => TLS, reads: true },
  'another HTTP': { sends: () => HTTP2, reads: true },
  'requests all at once': { sends: (host) => get(`/api/log?${GRAPH}`)(host).repeat(15), reads: true },
} as const satisfies Readonly<Record<string, Act>>;

export type ActName = keyof typeof ACTS;

const DRIP_MS = 50;
/** From its half being closed to the rest. */
const AFTER_HALF_MS = 400;

/** A connection that does as the act says, and stays. Resolves when it is connected, with the socket; undefined if nobody listens. */
export async function begin(name: ActName, port: number, signal: AbortSignal): Promise<Socket | undefined> {
  const act: Act = ACTS[name];
  const { promise, resolve } = Promise.withResolvers<Socket | undefined>();
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  socket.on('error', () => resolve(undefined));
  socket.once('connect', () => {
    socket.write(act.sends(`127.0.0.1:${String(port)}`));
    if (act.reads) socket.resume();
    else socket.pause();
    if (act.drips !== undefined) void drip(socket, act.drips, signal);
    resolve(socket);
  });
  return promise;
}

async function drip(socket: Socket, text: string, signal: AbortSignal): Promise<void> {
  while (socket.writable && !signal.aborted) {
    socket.write(text);
    await wait(DRIP_MS);
  }
}

export async function leave(socket: Socket, how: Leaving): Promise<void> {
  if (how === 'reset') socket.resetAndDestroy();
  else if (how === 'close') socket.destroy();
  else {
    socket.end();
    await wait(AFTER_HALF_MS);
    socket.destroy();
  }
}
