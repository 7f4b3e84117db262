import type { Action } from '@graphtail/facts';
import type { TransportName } from '../src/options.ts';
import type { Platform } from '../src/platform.ts';
import type { Connection, Listener, OpenConnection } from '../src/transport.ts';

/** One connection that a subscription opened, seen from the server's side. */
export class FakeConnection implements Connection {
  readonly via: TransportName;
  readonly query: URLSearchParams;
  readonly token: string | undefined;
  readonly listener: Listener;
  readonly said: (Action | 'ping')[] = [];
  isOpen = true;

  constructor(via: TransportName, query: URLSearchParams, token: string | undefined, listener: Listener) {
    this.via = via;
    this.query = query;
    this.token = token;
    this.listener = listener;
  }

  send(action: Action | 'ping'): void {
    this.said.push(action);
  }

  close(): void {
    this.isOpen = false;
  }

  /** Reports that the server closed the connection, as a transport does. */
  hangUp(code: number, reason = '', retryAfterMs?: number): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.listener.closed(code, reason, retryAfterMs);
  }
}

/** The date when the platform's time is 0, in milliseconds since 1970. */
const EPOCH_MS = Date.UTC(2026, 0, 31);

type Timer = { readonly at: number; readonly callback: () => void };

/** A platform whose time passes only in `advance`, and whose connections lead to no server. */
export class FakePlatform implements Platform {
  readonly connections: FakeConnection[] = [];
  readonly #timers = new Set<Timer>();
  readonly #networkListeners = new Set<(online: boolean) => void>();
  #now = 1_000;
  chance = 0.5;

  /** The log's receipt of any range. By default it never resolves; a spec may set another function. */
  receipt: Platform['receipt'] = () => new Promise(() => undefined);

  readonly transports = { websocket: this.#opener('websocket'), sse: this.#opener('sse') };

  get current(): FakeConnection {
    const last = this.connections.at(-1);
    if (last === undefined) throw new Error('no connection was opened');
    return last;
  }

  get timers(): number {
    return this.#timers.size;
  }

  /** Milliseconds until the next timer. */
  get nextTimerMs(): number | undefined {
    const next = this.#next();
    return next === undefined ? undefined : next.at - this.#now;
  }

  /** Milliseconds until each timer. */
  get timersInMs(): number[] {
    return [...this.#timers].map(({ at }) => at - this.#now);
  }

  now(): number {
    return this.#now;
  }

  date(): number {
    return EPOCH_MS + this.#now;
  }

  random(): number {
    return this.chance;
  }

  timer(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + ms, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  network(listener: (online: boolean) => void): () => void {
    this.#networkListeners.add(listener);
    return () => this.#networkListeners.delete(listener);
  }

  setOnline(online: boolean): void {
    for (const listener of this.#networkListeners) listener(online);
  }

  /** Lets time pass. Timers fire in the order of their times. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (let timer = this.#next(); timer !== undefined && timer.at <= until; timer = this.#next()) {
      this.#timers.delete(timer);
      this.#now = Math.max(this.#now, timer.at);
      timer.callback();
    }
    this.#now = until;
  }

  #next(): Timer | undefined {
    return [...this.#timers].sort((a, b) => a.at - b.at)[0];
  }

  #opener(via: TransportName): OpenConnection {
    return (query, token, listener) => {
      const connection = new FakeConnection(via, query, token, listener);
      this.connections.push(connection);
      return connection;
    };
  }
}
