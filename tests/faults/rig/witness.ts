import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { DeliveryRecord, type Matches } from './delivery-record.ts';
import type { Refused } from './justified.ts';

type Frame = { readonly type: string } & Record<string, unknown>;
/** What came with a frame: its text where there is one, on WebSockets how to answer, on event streams its `id:`. */
type Received = { readonly text?: string; readonly send?: (action: object) => void; readonly id?: string };
type OnFrame = (frame: Frame, received: Received) => void;
/** One connection, until it ends. `lastId`: of the last event that had one, for an event stream to begin after. */
type Dial = (query: URLSearchParams, onFrame: OnFrame, signal: AbortSignal, lastId: string | undefined) => Promise<void>;

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
  /** Another takes its name: it is to be told so, and then comes to no more. */
  readonly isReplaced?: boolean;
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
  #acknowledged = 0;
  #types: readonly string[] | undefined;
  /** Event types that hold for what it is sent. */
  #held: readonly string[] | undefined;
  /** Event types that its connection was opened with. */
  #opened: readonly string[] | undefined;
  /** Those that it asked for on its connection, and that were not yet said from where they hold. */
  #asked: (readonly string[])[] = [];
  #lastId: string | undefined;
  #send: Received['send'];

  constructor(options: WitnessOptions) {
    this.#options = options;
    this.#types = this.#held = options.types;
    this.record = new DeliveryRecord(options.name, ofTypes(options.types));
    this.#running = this.#run();
  }

  get graph(): string {
    return this.#options.graph;
  }

  /** Ends its connection; it resumes. */
  reconnect(): void {
    this.#drop.abort();
  }

  /** Its durable cursor's name. */
  get consumer(): string | undefined {
    return this.#options.consumer;
  }

  /** Asks for other event types from here on; where the connection ends before that is answered, the next is opened with them. */
  filter(types: readonly string[]): void {
    this.#types = types;
    this.#askForTypes();
  }

  #holds(cursor: string, types: readonly string[] | undefined): void {
    if (types !== this.#held) this.record.filterUpdated(cursor, ofTypes(types));
    this.#held = types;
  }

  #askForTypes(): void {
    if (this.#send === undefined || this.#types === undefined) return;
    this.#asked.push(this.#types);
    this.#send({ action: 'filter', event_types: this.#types });
  }

  /** Acknowledges what it has taken, where its cursor is a durable one. */
  acknowledge(): void {
    if (this.#options.consumer !== undefined && this.record.cursor !== undefined)
      this.#send?.({ action: 'ack', cursor: this.record.cursor });
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#drop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { url, graph, transport, batch = true, consumer } = this.#options;
    const dial = { websocket: dialWebSocket, socketio: dialSocketIo, sse: dialEvents }[transport](url);
    while (!this.#stop.signal.aborted && !this.record.isOver) {
      this.#drop = new AbortController();
      this.connects++;
      const query = new URLSearchParams({ graph, batch: String(batch) });
      if (consumer !== undefined) query.set('consumer', consumer);
      // An event stream comes back as a browser's does: to the same address, with the last id it was given.
      const lastId = transport === 'sse' ? this.#lastId : undefined;
      if (consumer === undefined || this.#refused) query.set('from', (lastId === undefined ? this.record.cursor : undefined) ?? 'earliest');
      if (this.#types !== undefined) query.set('types', this.#types.join(','));
      [this.#opened, this.#asked] = [this.#types, []];
      const live = this.#drop.signal;
      await dial(
        query,
        (...received) => {
          if (!live.aborted) this.#onFrame(...received);
        },
        live,
        lastId,
      ).catch(() => undefined);
      this.#drop.abort();
      this.#send = undefined;
      await wait(RETRY_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  #onFrame: OnFrame = (frame, received) => {
    this.#take(frame, received);
    if (this.#options.transport !== 'sse') return;
    this.#lastId = frame.type === 'error' ? this.record.cursor : (received.id ?? this.#lastId);
    if (this.#lastId !== this.record.cursor)
      this.record.violations.push(
        `${this.record.name}: the id of ${frame.type} is ${String(received.id)}, the cursor ${String(this.record.cursor)}`,
      );
  };

  #take(frame: Frame, { text, send }: Received): void {
    const at = (name: string): string => String(frame[name]);
    switch (frame.type) {
      case 'subscribed':
        this.#send = send;
        if (this.#options.consumer === undefined || this.#refused) this.record.subscribed(at('cursor'), at('earliest'));
        else this.record.resumed(at('cursor'));
        this.#refused = false;
        this.#holds(at('cursor'), this.#opened);
        if (this.#types !== this.#opened) this.#askForTypes(); // changed while it was connecting
        return;
      case 'filter_updated':
        return this.#holds(at('cursor'), this.#asked.shift());
      case 'facts':
        this.record.facts(at('prev'), at('through'), factTexts(frame, text));
        if (this.record.deliveries - this.#acknowledged < ACK_EVERY_FACTS) return;
        this.#acknowledged = this.record.deliveries;
        return this.acknowledge();
      case 'cdc_event':
        return this.record.facts(at('prev'), at('offset'), [eventText(frame, text)]);
      case 'progress':
        return this.record.progress(at('prev'), at('through'));
      case 'error':
        if (this.#options.isReplaced === true && frame['code'] === 'CONSUMER_REPLACED') return this.record.end();
        this.record.refused(frame as unknown as Refused);
        this.#refused = frame['retryable'] !== true;
    }
  }
}

function ofTypes(types: readonly string[] | undefined): Matches {
  return types === undefined ? () => true : (fact) => types.includes(fact.event_type);
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
      onFrame(JSON.parse(text) as Frame, { text, send: (action) => socket.send(JSON.stringify(action)) });
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
    socket.onAny((type: string, frame: Record<string, unknown>) => onFrame({ ...frame, type }, {}));
    socket.on('disconnect', () => resolve());
    socket.on('connect_error', () => resolve());
    await promise;
    socket.disconnect();
  };
}

function dialEvents(url: string): Dial {
  return async (query, onFrame, signal, lastId) => {
    const over = new AbortController();
    const silence = watchdog(40_000, () => over.abort());
    try {
      const response = await fetch(`${url}/sse/events?${String(query)}`, {
        signal: AbortSignal.any([signal, over.signal]),
        headers: lastId === undefined ? {} : { 'last-event-id': lastId },
      });
      let pending = '';
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) {
        silence.heard();
        pending += decoder.decode(chunk as Uint8Array, { stream: true });
        const events = pending.split('\n\n');
        pending = events.pop() ?? '';
        for (const event of events) {
          const values = (field: string): string[] =>
            event.split('\n').flatMap((line) => (line.startsWith(`${field}:`) ? [line.slice(field.length + 1).replace(/^ /, '')] : []));
          const text = values('data').join('\n');
          const id = values('id').at(-1);
          if (text !== '') onFrame(JSON.parse(text) as Frame, { text, ...(id !== undefined && { id }) });
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
