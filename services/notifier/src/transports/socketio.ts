import type { IncomingMessage } from 'node:http';
import type { Socket as TcpSocket } from 'node:net';
import { type Access, addressOf, type Guard, leaveUnmeasured, SocketProgress } from '@graphtail/runtime';
import type { RequestHandler } from 'express';
import { Server, type Socket } from 'socket.io';
import type { Delivery } from '../delivery/delivery.ts';
import { SOCKET_IO_NAMESPACE, socketIoEncoder, type Packet } from '../wire/encoders.ts';
import { frameMessage } from '../wire/frames.ts';
import type { Ending, Sink } from '../subscription/ports.ts';
import { refuse, toRefused } from '../wire/refused.ts';
import type { Session } from '../delivery/session.ts';
import { Engine, PartingWebSocketServer } from './engine.ts';
import { part } from './parting.ts';

export const SOCKET_IO_PATH = '/socket.io';
const MAX_MESSAGE_BYTES = 64 * 1024;
const MAX_EARLY_MESSAGES = 64;
const PING_MS = 15_000;

/** Socket.IO subscribers, in a namespace of their own; parameters come in `auth`, actions as events of their name. */
export class SocketIoTransport {
  readonly #delivery: Delivery;
  readonly #guard: Guard;
  /** Not attached to the HTTP server: the engine would take its requests before the guard sees them. */
  readonly #engine = new Engine({
    pingInterval: PING_MS,
    pingTimeout: PING_MS, // 30 s of silence in all
    maxHttpBufferSize: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    httpCompression: false,
    wsEngine: PartingWebSocketServer,
  });
  readonly #server = new Server({ serveClient: false });

  constructor(delivery: Delivery, guard: Guard) {
    this.#delivery = delivery;
    this.#guard = guard;
    this.#server.of(SOCKET_IO_NAMESPACE).on('connection', (socket) => void this.#subscribe(socket));
    // Any connection may join the main namespace without a token, and could then stay as long as it likes.
    this.#server.use((_socket, next) => next(new Error(`the only namespace is ${SOCKET_IO_NAMESPACE}`)));
    this.#server.bind(this.#engine);
  }

  /** Handles requests below {@link SOCKET_IO_PATH}. */
  readonly polls: RequestHandler = (request, response) => {
    leaveUnmeasured(response);
    this.#engine.handleRequest(request, response);
  };

  upgrade(request: IncomingMessage, socket: TcpSocket, head: Buffer): void {
    this.#engine.handleUpgrade(request, socket, head);
  }

  async #subscribe(socket: Socket): Promise<void> {
    const sink = new SocketIoSink(socket);
    let session: Session | undefined;
    let early: [string, unknown][] = [];
    socket.onAny((event: string, argument: unknown) => {
      if (session !== undefined) hear(session, event, argument);
      else if (early.length < MAX_EARLY_MESSAGES) early.push([event, argument]);
      else socket.disconnect(true);
    });
    try {
      const access = await this.#accessOf(socket);
      session = await this.#delivery.subscribe({ given: socket.handshake.auth, access }, socketIoEncoder, sink);
    } catch (error) {
      const { frame } = toRefused(error);
      sink.send(socketIoEncoder.encode([frameMessage(frame)]));
      sink.close({ kind: 'refused', error: frame });
      return;
    }
    const { subscription } = session;
    sink.onTaken = () => subscription.drained();
    socket.once('disconnect', () => subscription.gone());
    if (socket.disconnected) subscription.gone();
    for (const [event, argument] of early) hear(session, event, argument);
    early = [];
  }

  /** Uses the token in `auth`, or else the one of the request that opened the connection. @throws {Problem} 401 `UNAUTHORIZED` */
  async #accessOf({ handshake, request }: Socket): Promise<Access> {
    const { token } = handshake.auth;
    return typeof token === 'string' ? this.#guard.accessBy(token, addressOf(request)) : this.#guard.access(request);
  }

  /** Closes the remaining polls and sockets, but not the HTTP server, which belongs to the caller. */
  close(): void {
    this.#engine.close();
  }
}

/** Handles an event: `ping`, an action's name with its fields, or `message` with the text or object that a WebSocket would carry. */
function hear(session: Session, event: string, argument: unknown): void {
  if (event === 'ping') session.hear('ping');
  else if (event !== 'message') session.act({ ...(typeof argument === 'object' ? argument : {}), action: event });
  else if (typeof argument === 'string') session.hear(argument);
  else if (Buffer.isBuffer(argument)) session.subscription.refuse(refuse('BAD_REQUEST', 'message: must be text'));
  else session.act(argument);
}

/** Options that the engine takes beyond its types, and passes to `ws` unchanged. */
type FrameOptions = { readonly compress: boolean; readonly wsPreEncodedFrame?: readonly Buffer[] | undefined };
/** Private fields of the engine, which offers no public way to them. */
type EngineSocket = {
  readonly pingTimeoutTimer?: NodeJS.Timeout | null;
  readonly pingIntervalTimer?: NodeJS.Timeout | null;
  readonly transport: { readonly socket?: { readonly _socket?: TcpSocket } };
};

class SocketIoSink implements Sink {
  onTaken: () => void = () => undefined;
  readonly #socket: Socket;
  #buffered = 0;
  #taken = 0;
  #takenBefore = 0;
  #progress: { readonly socket: TcpSocket; readonly of: SocketProgress } | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get buffered(): number {
    return this.#buffered;
  }

  /** Hands whole packets to the engine, which calls back when the network or a poll has taken them. */
  send({ chunks, frames }: Packet): void {
    for (const [i, chunk] of chunks.entries()) {
      const { length } = frames?.[i] ?? chunk;
      const options: FrameOptions = { compress: false, wsPreEncodedFrame: frames === undefined ? undefined : [frames[i]!] };
      this.#buffered += length;
      this.#socket.conn.send(chunk, options, () => {
        this.#buffered -= length;
        this.#taken += length;
        this.onTaken();
      });
    }
  }

  hasMoved(): boolean {
    if (this.#buffered === 0) return true;
    const conn = this.#socket.conn as unknown as EngineSocket;
    conn.pingTimeoutTimer?.refresh(); // the ping waits behind bytes that the peer has not taken, so judge the peer by those
    const moved = this.#taken !== this.#takenBefore || this.#hasSocketMoved(conn.transport.socket?._socket);
    this.#takenBefore = this.#taken;
    return moved;
  }

  /** The engine reports whole packets only, so a large packet is followed on the TCP socket. */
  #hasSocketMoved(socket: TcpSocket | undefined): boolean {
    if (socket === undefined) return false;
    if (this.#progress?.socket !== socket) this.#progress = { socket, of: new SocketProgress(socket) };
    return this.#progress.of.hasMoved();
  }

  /** The library's client stays away after a disconnect packet and reconnects after a lost connection. The ending decides which it gets. */
  close(ending: Ending): void {
    const conn = this.#socket.conn as unknown as EngineSocket;
    const socket = conn.transport.socket?._socket;
    if (ending.kind === 'restart' || (ending.kind === 'refused' && ending.error.retryable)) this.#socket.conn.close();
    else this.#socket.disconnect(true);
    if (socket === undefined) return; // polling: if no poll comes, the engine's own time-out ends it
    for (const timer of [conn.pingTimeoutTimer, conn.pingIntervalTimer]) clearTimeout(timer ?? undefined); // or they end it after 15 s, even if it reads
    part(socket);
  }
}
