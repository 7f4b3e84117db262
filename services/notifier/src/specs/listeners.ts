import { once } from 'node:events';
import type { Frame, Offset } from '@graphtail/facts';
import { io, type Socket } from 'socket.io-client';
import { WebSocket } from 'ws';

/** A message as a client received it: a frame or a `cdc_event`. */
export type Received = Frame | ({ type: 'cdc_event'; prev: Offset; offset: Offset; event_type: string } & Record<string, unknown>);

export const TRANSPORTS = ['websocket', 'socketio', 'sse'] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** A subscriber that uses none of Graphtail's client code, and keeps every message that it receives. */
export abstract class RawClient {
  readonly received: Received[] = [];
  closed: { code: number; reason: string } | undefined;
  #changed = Promise.withResolvers<void>();

  abstract say(message: object | string): void;
  abstract close(): Promise<void>;

  protected take(change: () => unknown): void {
    change();
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }

  /** Resolves once the received messages satisfy a condition. */
  async until(isSo: (received: readonly Received[]) => boolean): Promise<void> {
    while (!isSo(this.received)) {
      if (this.closed !== undefined)
        throw new Error(`closed with ${JSON.stringify(this.closed)} after ${JSON.stringify(this.received.at(-1))}`);
      await this.#changed.promise;
    }
  }

  /** Resolves with the first frame of a type, once it has arrived. */
  async first<Type extends Received['type']>(type: Type): Promise<Extract<Received, { type: Type }>> {
    await this.until((received) => received.some((frame) => frame.type === type));
    return this.received.find((frame) => frame.type === type) as Extract<Received, { type: Type }>;
  }

  /** Resolves once the cursor is at an offset. */
  async reach(offset: Offset): Promise<void> {
    await this.until(() => this.cursor === offset);
  }

  async whenClosed(): Promise<{ code: number; reason: string }> {
    while (this.closed === undefined) await this.#changed.promise;
    return this.closed;
  }

  /** The cursor, by the protocol's main rule: the last `through`. */
  get cursor(): Offset | undefined {
    return cursorOf(this.received);
  }

  /** Offsets of the facts received, in order. */
  get offsets(): Offset[] {
    return offsetsOf(this.received);
  }
}

/** Over a WebSocket. */
export class Listener extends RawClient {
  readonly socket: WebSocket;

  constructor(url: string, parameters: Record<string, string>, path = '/ws/events') {
    super();
    this.socket = new WebSocket(`${url.replace('http', 'ws')}${path}?${new URLSearchParams(parameters).toString()}`);
    this.socket.on('message', (data) => this.take(() => this.received.push(JSON.parse((data as Buffer).toString()) as Received)));
    this.socket.on('close', (code, reason) => this.take(() => (this.closed = { code, reason: reason.toString() })));
    this.socket.on('error', () => undefined);
  }

  say(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  async close(): Promise<void> {
    if (this.closed !== undefined) return;
    this.socket.close();
    await once(this.socket, 'close');
  }
}

/** Over Socket.IO; it does not reconnect by itself. `closed` has code 0 and the library's reason. */
export class SocketIoListener extends RawClient {
  readonly socket: Socket;

  constructor(url: string, auth: Record<string, string>, extraHeaders: Record<string, string> = {}) {
    super();
    this.socket = io(`${url}/events`, {
      auth,
      extraHeaders,
      transports: ['websocket'],
      reconnection: false,
      useNativeTimers: true,
      forceNew: true,
    });
    this.socket.onAny((event: string, frame: Received) => {
      if (frame.type !== (event as typeof frame.type)) throw new Error(`${frame.type} came as ${event}`);
      this.take(() => this.received.push(frame));
    });
    this.socket.on('disconnect', (reason) => this.take(() => (this.closed = { code: 0, reason })));
  }

  say(message: object | string): void {
    this.socket.emit('message', message);
  }

  async close(): Promise<void> {
    this.socket.disconnect();
    await this.whenClosed();
  }
}

/** Over server-sent events, read as a browser's EventSource would; it does not reconnect by itself. `closed` has the HTTP status. */
export class EventStreamListener extends RawClient {
  lastEventId: string | undefined;
  readonly #abort = new AbortController();

  constructor(url: string, parameters: Record<string, string>, headers: Record<string, string> = {}) {
    super();
    void this.#read(`${url}/sse/events?${new URLSearchParams(parameters).toString()}`, headers);
  }

  say(): void {
    throw new Error('an event stream is one way');
  }

  async #read(address: string, headers: Record<string, string>): Promise<void> {
    let code = 0;
    try {
      const response = await fetch(address, { headers, signal: this.#abort.signal });
      code = response.status;
      let text = '';
      for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const events = (text + piece).split('\n\n');
        text = events.pop()!;
        for (const event of events) this.#event(event);
      }
    } catch (error) {
      if (!this.#abort.signal.aborted) throw error;
    } finally {
      this.take(() => (this.closed = { code, reason: 'end' }));
    }
  }

  #event(text: string): void {
    const lines = text.split('\n').map((line) => /^(\w+): ?(.*)$/s.exec(line));
    const all = (name: string): string[] => lines.flatMap((line) => (line?.[1] === name ? [line[2]!] : []));
    const [id] = all('id');
    if (id !== undefined) this.lastEventId = id;
    const [event] = all('event');
    if (event === undefined) return;
    const frame = JSON.parse(all('data').join('\n')) as Received;
    if (frame.type !== (event as typeof frame.type)) throw new Error(`${frame.type} came as ${event}`);
    this.take(() => this.received.push(frame));
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.whenClosed();
  }
}

export function listenBy(transport: Transport, url: string, parameters: Record<string, string>): RawClient {
  if (transport === 'websocket') return new Listener(url, parameters);
  return transport === 'socketio' ? new SocketIoListener(url, parameters) : new EventStreamListener(url, parameters);
}

/** Follows the chain of `prev`s and returns the cursor. @throws if the chain is broken. */
export function cursorOf(received: readonly Received[]): Offset | undefined {
  let cursor: Offset | undefined;
  for (const frame of received) {
    if (frame.type === 'subscribed') cursor = frame.cursor;
    if (frame.type !== 'facts' && frame.type !== 'progress' && frame.type !== 'cdc_event') continue;
    if (frame.prev !== cursor) throw new Error(`${JSON.stringify(frame).slice(0, 200)} does not continue ${String(cursor)}`);
    cursor = frame.type === 'cdc_event' ? frame.offset : frame.through;
  }
  return cursor;
}

export function offsetsOf(received: readonly Received[]): Offset[] {
  return received.flatMap((frame) => {
    if (frame.type === 'facts') return frame.facts.map((fact) => fact.offset);
    return frame.type === 'cdc_event' ? [frame.offset] : [];
  });
}
