import type { Action } from '@graphtail/facts';
import type { Platform } from '../platform.ts';
import { ABNORMAL, type Connection, type Listener } from '../transport.ts';
import { frontOf, type Front } from './front.ts';

/** The machine has a deadline only for connections that it asked for. */
const CONNECT_MS = 10_000;

type OwnListener = Omit<Listener, 'text'> & {
  text(text: string, front: Front | undefined): void;
  /** The server answered a ping of `who`. */
  pong(who: string): void;
};

/** A tab's own connection to the server. After `close` it reports nothing. */
export class OwnConnection {
  readonly #via: 'websocket' | 'sse';
  readonly #listener: OwnListener;
  readonly #stopDeadline: () => void;
  /** Who asked for each ping, oldest first. */
  readonly #asked: string[] = [];
  readonly #connection: Connection;
  #isOver = false;

  constructor(
    via: 'websocket' | 'sse',
    open: (listener: Listener) => Connection,
    platform: Pick<Platform, 'timer'>,
    listener: OwnListener,
  ) {
    this.#via = via;
    this.#listener = listener;
    this.#stopDeadline = platform.timer(CONNECT_MS, () => {
      this.#closed(ABNORMAL, 'no answer');
    });
    this.#connection = open({
      opened: () => {
        if (!this.#isOver) listener.opened();
      },
      text: (text) => {
        if (!this.#isOver) this.#receive(text);
      },
      refused: (error) => {
        if (!this.#isOver) listener.refused(error);
      },
      closed: (code, reason, retryAfterMs) => {
        this.#closed(code, reason, retryAfterMs);
      },
    });
  }

  send(action: Action): void {
    this.#connection.send(action);
  }

  /** A stream takes no pings: there, that the tab answers has to do. */
  ping(who: string): void {
    if (this.#via === 'sse') {
      this.#listener.pong(who);
      return;
    }
    this.#asked.push(who);
    this.#connection.send('ping');
  }

  close(): void {
    this.#isOver = true;
    this.#stopDeadline();
    this.#connection.close(1000, 'shared');
  }

  #receive(text: string): void {
    const front = frontOf(text);
    if (front?.type === 'subscribed') this.#stopDeadline();
    const who = front?.type === 'pong' ? this.#asked.shift() : undefined;
    if (who === undefined) this.#listener.text(text, front);
    else this.#listener.pong(who);
  }

  #closed(code: number, reason: string, retryAfterMs?: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stopDeadline();
    this.#listener.closed(code, reason, retryAfterMs);
  }
}
