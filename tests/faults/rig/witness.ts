import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { DeliveryRecord, type Matches, type Refused } from './delivery-record.ts';

type Frame = { readonly type: string } & Record<string, unknown>;
/** One connection, until it ends: every frame, its text where there is one, and on WebSockets how to answer. */
type OnFrame = (frame: Frame, text?: string, send?: (action: object) => void) => void;
type Dial = (query: URLSearchParams, onFrame: OnFrame, signal: AbortSignal) => Promise<void>;

export type WitnessOptions = {
  readonly name: string;
  readonly url: string;
  readonly graph: string;
  readonly transport: 'websocket' | 'socketio' | 'sse';
  readonly batch?: boolean;
  /** Event types to be sent; default: all. */
  readonly types?: readonly string[];
  /** Its cursor is kept by the server under this name: it asks for none, and acknowledges what it has taken (WebSocket only). */
  readonly consumer?: string;
};

const RETRY_MS = 100;
const ACK_EVERY_FACTS = 50;

/** A subscriber without a line of the SDK: reads frames as docs/PROTOCOL.md has them, reconnects, resumes from its cursor. */
export class Witness {
  readonly record: DeliveryRecord;
  connects = 0;
  readonly #options: WitnessOptions;
  readonly #stop = new AbortController();
  #drop = new AbortController();
  readonly #running: Promise<void>;
  /** The durable cursor was refused: it asks for another place once. */
  #refused = false;
  #unacknowledged = 0;

  constructor(options: WitnessOptions) {
    const { types } = options;
    const matches: Matches = types === undefined ? () => true : (fact) => types.includes(fact.event_type);
    this.#options = options;
    this.record = new DeliveryRecord(options.name, matches);
    this.#running = this.#run();
  }

  get graph(): string {
    return this.#options.graph;
  }

  /** Ends its connection; it resumes. */
  reconnect(): void {
    this.#drop.abort();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#drop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { url, graph, transport, batch = true, types, consumer } = this.#options;
    const dial = { websocket: dialWebSocket, socketio: dialSocketIo, sse: dialEvents }[transport](url);
    while (!this.#stop.signal.aborted) {
      this.#drop = new AbortController();
      this.connects++;
      const query = new URLSearchParams({ graph, batch: String(batch) });
      if (consumer !== undefined) query.set('consumer', consumer);
      if (consumer === undefined || this.#refused) query.set('from', this.record.cursor ?? 'earliest');
      if (types !== undefined) query.set('types', types.join(','));
      const live = this.#drop.signal;
      await dial(
        query,
        (...received) => {
          if (!live.aborted) this.#onFrame(...received);
        },
        live,
      ).catch(() => undefined);
      this.#drop.abort();
      await wait(RETRY_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  #onFrame: OnFrame = (frame, text, send) => {
    const at = (name: string): string => String(frame[name]);
    switch (frame.type) {
      case 'subscribed':
        if (this.#options.consumer === undefined || this.#refused) this.record.subscribed(at('cursor'));
        else this.record.resumed(at('cursor'));
        this.#refused = false;
        return;
      case 'facts':
        this.record.facts(at('prev'), at('through'), factTexts(frame, text));
        if (this.#options.consumer !== undefined) this.#acknowledge(send);
        return;
      case 'cdc_event':
        return this.record.facts(at('prev'), at('offset'), [eventText(frame, text)]);
      case 'progress':
        return this.record.progress(at('prev'), at('through'));
      case 'error':
        this.record.refused(frame as unknown as Refused);
        this.#refused = frame['retryable'] !== true;
    }
  };

  #acknowledge(send: ((action: object) => void) | undefined): void {
    if (this.record.deliveries - this.#unacknowledged < ACK_EVERY_FACTS) return;
    this.#unacknowledged = this.record.deliveries;
    send?.({ action: 'ack', cursor: this.record.cursor });
  }
}

/** The stored bytes, sliced out as rule S10 says; over Socket.IO there are none. */
function factTexts(frame: Frame, text: string | undefined): string[] {
  if (text === undefined) return (frame['facts'] as unknown[]).map((fact) => JSON.stringify(fact));
  const body = text.slice(text.indexOf('[\n') + 2, text.lastIndexOf('\n]}'));
  return body === '' ? [] : body.split(',\n');
}

function eventText(frame: Frame, text: string | undefined): string {
  if (text !== undefined) return `{${text.slice(`{"type":"cdc_event","prev":"${String(frame['prev'])}",`.length)}`;
  const { type: _type, prev: _prev, ...fact } = frame;
  return JSON.stringify(fact);
}

function dialWebSocket(url: string): Dial {
  return async (query, onFrame, signal) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/events?${String(query)}`, { handshakeTimeout: 5_000 });
    const stop = (): void => socket.terminate();
    signal.addEventListener('abort', stop, { once: true });
    // The server pings every 15 s: a connection that says nothing for so long and a half leads nowhere.
    const silence = watchdog(40_000, stop);
    socket.on('ping', silence.heard);
    socket.on('message', (data: Buffer) => {
      silence.heard();
      const text = data.toString();
      onFrame(JSON.parse(text) as Frame, text, (action) => socket.send(JSON.stringify(action)));
    });
    socket.on('error', () => undefined);
    await once(socket, 'close').finally(silence.end);
  };
}

function dialSocketIo(url: string): Dial {
  return async (query, onFrame, signal) => {
    const socket = io(`${url}/events`, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      auth: Object.fromEntries(query),
      timeout: 5_000,
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => resolve(), { once: true });
    socket.onAny((type: string, frame: Record<string, unknown>) => onFrame({ ...frame, type }));
    socket.on('disconnect', () => resolve());
    socket.on('connect_error', () => resolve());
    await promise;
    socket.disconnect();
  };
}

function dialEvents(url: string): Dial {
  return async (query, onFrame, signal) => {
    const over = new AbortController();
    const silence = watchdog(40_000, () => over.abort());
    try {
      const response = await fetch(`${url}/sse/events?${String(query)}`, { signal: AbortSignal.any([signal, over.signal]) });
      let pending = '';
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) {
        silence.heard();
        pending += decoder.decode(chunk as Uint8Array, { stream: true });
        const events = pending.split('\n\n');
        pending = events.pop() ?? '';
        for (const event of events) {
          const text = event
            .split('\n')
            .flatMap((line) => (line.startsWith('data:') ? [line.slice(line[5] === ' ' ? 6 : 5)] : []))
            .join('\n');
          if (text !== '') onFrame(JSON.parse(text) as Frame, text);
        }
      }
    } finally {
      silence.end();
      over.abort();
    }
  };
}

function watchdog(ms: number, onSilence: () => void): { heard: () => void; end: () => void } {
  const timer = setTimeout(onSilence, ms);
  return { heard: () => void timer.refresh(), end: () => clearTimeout(timer) };
}
