import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import type { Delivery } from '../delivery.ts';
import { SOCKET_IO_NAMESPACE, socketIoEncoder, type Packet } from '../encoders.ts';
import { frameMessage } from '../frames.ts';
import type { Ending, Sink } from '../ports.ts';
import { refuse, toRefused } from '../refused.ts';
import type { Session } from '../session.ts';

const PATH = '/socket.io';
const MAX_MESSAGE_BYTES = 64 * 1024;
const MAX_EARLY_MESSAGES = 64;
const PING_MS = 15_000;

export function isSocketIoPath(path: string): boolean {
  return path === PATH || path.startsWith(`${PATH}/`);
}

/** Socket.IO subscribers, in a namespace of their own; parameters come in `auth`, actions as events of their name. */
export class SocketIoTransport {
  readonly #delivery: Delivery;
  readonly #server = new Server({
    path: PATH,
    serveClient: false,
    pingInterval: PING_MS,
    pingTimeout: PING_MS, // 30 s of silence in all
    maxHttpBufferSize: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    httpCompression: false,
    destroyUpgrade: false,
  });

  constructor(delivery: Delivery, server: HttpServer) {
    this.#delivery = delivery;
    this.#server.of(SOCKET_IO_NAMESPACE).on('connection', (socket) => void this.#subscribe(socket));
    this.#server.attach(server);
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
      session = await this.#delivery.subscribe(socket.handshake.auth, socketIoEncoder, sink);
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

  /** Lets go of the polls and sockets that are left; the HTTP server is its owner's. */
  close(): void {
    this.#server.engine.close();
  }
}

/** `ping`, an action's name with its fields, or `message` with what a WebSocket would have carried. */
function hear(session: Session, event: string, argument: unknown): void {
  if (event === 'ping') session.hear('ping');
  else if (event !== 'message') session.act({ ...(typeof argument === 'object' ? argument : {}), action: event });
  else if (typeof argument === 'string') session.hear(argument);
  else if (Buffer.isBuffer(argument)) session.subscription.refuse(refuse('BAD_REQUEST', 'message: must be text'));
  else session.act(argument);
}

class SocketIoSink implements Sink {
  onTaken: () => void = () => undefined;
  readonly #socket: Socket;
  #buffered = 0;
  #taken = 0;
  #takenBefore = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get buffered(): number {
    return this.#buffered;
  }

  /** Whole packets are handed to the engine, which tells when the network, or a poll, has taken them. */
  send({ chunks }: Packet): void {
    for (const chunk of chunks) {
      this.#buffered += chunk.length;
      this.#socket.conn.send(chunk, { compress: false }, () => {
        this.#buffered -= chunk.length;
        this.#taken += chunk.length;
        this.onTaken();
      });
    }
  }

  hasMoved(): boolean {
    const moved = this.#buffered === 0 || this.#taken !== this.#takenBefore;
    this.#takenBefore = this.#taken;
    return moved;
  }

  /** The library's client stays away after a disconnect packet, and comes back after a lost connection: that is how it is told which helps. */
  close(ending: Ending): void {
    if (ending.kind === 'restart' || (ending.kind === 'refused' && ending.error.retryable)) this.#socket.conn.close();
    else this.#socket.disconnect(true);
  }
}
