import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { CLOSE_CODES, type Code } from '@graphtail/facts';
import { type Guard, Problem, queryParameters, refuseUpgrade, SocketProgress, targetOf } from '@graphtail/runtime';
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws';
import type { Delivery } from '../delivery/delivery.ts';
import { webSocketEncoder, type Packet } from '../wire/encoders.ts';
import type { Ending, Sink } from '../subscription/ports.ts';
import { refuse, toRefused, type Refused } from '../wire/refused.ts';
import { HIGH_WATER_BYTES } from '../subscription/replay-budget.ts';
import type { Session } from '../delivery/session.ts';
import { corkForThisTurn } from './corks.ts';
import { part, PARTING_MS } from './parting.ts';

export const WEBSOCKET_PATHS: readonly string[] = ['/ws/events', '/ws/events/filtered'];

const MAX_MESSAGE_BYTES = 64 * 1024;
const PING_MS = 15_000;
const SILENT_MS = 30_000;
const NORMAL = 1000;
const GOING_AWAY = 1001;

const OPTIONS: ServerOptions & { readonly closeTimeout: number } = {
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: MAX_MESSAGE_BYTES,
  autoPong: false,
  closeTimeout: PARTING_MS,
  handleProtocols: (offered) => (offered.has('bearer') ? 'bearer' : false),
};

type Peer = { readonly webSocket: WebSocket; readonly socket: Socket; heardAt: number; pingedAt: number };

/** WebSocket subscribers. Frames that were encoded once for all are written straight to the TCP socket; `ws` does the rest. */
export class WebSocketTransport {
  readonly #delivery: Delivery;
  readonly #guard: Guard;
  readonly #server = new WebSocketServer(OPTIONS);
  readonly #peers = new Set<Peer>();
  readonly #keepingAlive: NodeJS.Timeout;

  constructor(delivery: Delivery, guard: Guard) {
    this.#delivery = delivery;
    this.#guard = guard;
    this.#server.on('wsClientError', (error, socket) => refuseUpgrade(socket, new Problem(400, 'BAD_REQUEST', error.message)));
    this.#keepingAlive = setInterval(() => this.#keepAlive(Date.now()), 1_000);
  }

  /** Takes over an HTTP request. If its token or its parameters are wrong, the reason is sent on the WebSocket. */
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const now = Date.now();
      const peer: Peer = { webSocket, socket, heardAt: now, pingedAt: now };
      this.#peers.add(peer);
      webSocket.once('close', () => this.#peers.delete(peer));
      // The peer sent no WebSocket frame, or one that is too large. `ws` closes with 1002, 1007 or 1009, and drops the rest.
      webSocket.on('error', () => undefined);
      webSocket.on('pong', () => (peer.heardAt = Date.now()));
      webSocket.on('ping', (data) => {
        peer.heardAt = Date.now();
        if (socket.writableLength <= HIGH_WATER_BYTES) webSocket.pong(data); // else the peer reads nothing, so it would not read a pong
      });
      void this.#subscribe(peer, request);
    });
  }

  async #subscribe(peer: Peer, request: IncomingMessage): Promise<void> {
    const { webSocket, socket } = peer;
    const sink = new WebSocketSink(webSocket, socket);
    webSocket.pause(); // its messages wait until there is a session to handle them
    let session: Session;
    try {
      const given = queryParameters(targetOf(request.url).query);
      session = await this.#delivery.subscribe({ given, access: await this.#guard.access(request) }, webSocketEncoder, sink);
    } catch (error) {
      sink.refuse(toRefused(error));
      return;
    } finally {
      webSocket.resume();
    }
    const { subscription } = session;
    socket.on('drain', () => subscription.drained());
    webSocket.once('close', () => subscription.gone());
    socket.once('end', () => subscription.gone()); // 'close' waits for bytes that the peer may never read
    if (webSocket.readyState === webSocket.CLOSED || socket.readableEnded) subscription.gone();
    webSocket.on('message', (data, isBinary) => {
      peer.heardAt = Date.now();
      if (isBinary) subscription.refuse(refuse('BAD_REQUEST', 'message: must be text'));
      else session.hear((data as Buffer).toString());
    });
  }

  /**
   * Pings each peer, and ends peers that have been silent. A peer that has not taken our bytes has not seen our pings, so it is judged
   * by the bytes that it takes.
   */
  #keepAlive(now: number): void {
    for (const peer of this.#peers) {
      if (peer.socket.writableLength > 0) peer.heardAt = now;
      if (now - peer.heardAt >= SILENT_MS) peer.webSocket.terminate();
      else if (now - peer.pingedAt >= PING_MS) {
        peer.pingedAt = now;
        if (peer.webSocket.readyState === peer.webSocket.OPEN) peer.webSocket.ping();
      }
    }
  }

  close(): void {
    clearInterval(this.#keepingAlive);
    for (const { webSocket } of this.#peers) webSocket.close(GOING_AWAY, 'restart');
  }
}

class WebSocketSink implements Sink {
  readonly #webSocket: WebSocket;
  readonly #socket: Socket;
  readonly #progress: SocketProgress;

  constructor(webSocket: WebSocket, socket: Socket) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#progress = new SocketProgress(socket);
  }

  get buffered(): number {
    return this.#socket.writableLength;
  }

  send({ chunks }: Packet): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return;
    corkForThisTurn(this.#socket);
    for (const chunk of chunks) this.#socket.write(chunk);
  }

  hasMoved(): boolean {
    return this.#progress.hasMoved();
  }

  /** Refuses a peer that never got a subscription. */
  refuse({ frame }: Refused): void {
    this.#webSocket.send(JSON.stringify(frame));
    this.#closeFor(frame.code);
  }

  close(ending: Ending): void {
    switch (ending.kind) {
      case 'refused':
        return this.#closeFor(ending.error.code);
      case 'reached':
        return this.#close(NORMAL, 'end');
      case 'restart':
        return this.#close(GOING_AWAY, 'restart');
    }
  }

  #closeFor(code: Code): void {
    this.#close(CLOSE_CODES[code], code);
  }

  #close(code: number, reason: string): void {
    this.#webSocket.close(code, reason);
    part(this.#socket);
  }
}
