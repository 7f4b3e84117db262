import { CODES, type Action, type ErrorFrame } from '@graphtail/facts';
import { createParser } from 'eventsource-parser';
import { addressOf } from './address.ts';
import { apiErrorOf } from './api-error.ts';
import { ABNORMAL, type Connection, type Listener, type OpenConnection } from './transport.ts';

const ACK_WITHIN_MS = 10_000;

/**
 * Subscribes over server-sent events. It reads them with fetch and not with EventSource: an EventSource can't send a token in a
 * header, hides statuses, and reconnects by its own rules.
 */
export function sseTransport(base: string): OpenConnection {
  return (query, token, listener) => {
    const stream = new SseConnection(base, query, token, listener);
    void stream.run();
    return stream;
  };
}

class SseConnection implements Connection {
  readonly #base: string;
  readonly #query: URLSearchParams;
  readonly #token: string | undefined;
  readonly #listener: Listener;
  readonly #abort = new AbortController();
  #over = false;
  #session: string | null = null;
  #held: PromiseWithResolvers<void> | undefined;
  #acking = false;
  #nextAck: string | undefined;

  constructor(base: string, query: URLSearchParams, token: string | undefined, listener: Listener) {
    this.#base = base;
    this.#query = query;
    this.#token = token;
    this.#listener = listener;
  }

  /** Never rejects. */
  async run(): Promise<void> {
    try {
      const response = await fetch(addressOf(this.#base, '/sse/events', this.#query), {
        headers: { accept: 'text/event-stream', ...this.#authorization() },
        cache: 'no-store',
        signal: this.#abort.signal,
      });
      this.#session = response.headers.get('graphtail-session');
      // the server answers 204, which tells a browser to stop, to a repeat of a refused request; the next attempt learns why
      if (response.status === 204) this.#closed(ABNORMAL, 'no content');
      else if (!response.ok || response.body === null) await this.#refuse(response);
      else await this.#read(response.body);
    } catch (error) {
      this.#closed(ABNORMAL, error instanceof Error ? error.message : String(error));
    }
  }

  send(action: Action | 'ping'): void {
    if (action === 'ping') return;
    if (action.action === 'pause') this.#held ??= Promise.withResolvers();
    if (action.action === 'resume') this.#release();
    if (action.action === 'ack') this.#ack(action.cursor);
  }

  close(_code: number, reason: string): void {
    this.#closed(ABNORMAL, reason);
    this.#abort.abort();
    this.#release();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    this.#listener.opened();
    const parser = createParser({
      onEvent: ({ data }) => {
        if (!this.#over) this.#listener.text(data);
      },
    });
    const decoder = new TextDecoder(); // drops a byte order mark
    const reader = body.getReader();
    for (;;) {
      await this.#held?.promise; // while paused, unread bytes fill the socket, and the server stops at its high-water mark
      const { done, value } = await reader.read();
      if (done) break;
      parser.feed(decoder.decode(value, { stream: true }));
    }
    this.#closed(ABNORMAL, 'the stream ended');
  }

  async #refuse(response: Response): Promise<void> {
    const error = await apiErrorOf(response);
    const code = CODES.find((each) => each === error.code);
    if (code !== undefined && !error.retryable && !this.#over) {
      const frame: ErrorFrame = { type: 'error', code, message: error.message, retryable: false, ...error.cursors };
      this.#listener.refused(frame);
    }
    this.#closed(ABNORMAL, error.message, error.retryAfterMs);
  }

  /**
   * The client can't send on this stream, so an acknowledgement is its own request. While one is under way, only the last of the new ones
   * is kept.
   */
  #ack(cursor: string): void {
    const consumer = this.#query.get('consumer');
    if (consumer === null) return;
    this.#nextAck = cursor;
    if (!this.#acking) void this.#sendAcks(`/api/consumers/${encodeURIComponent(consumer)}/ack`);
  }

  /** Never rejects. The next acknowledgement makes up for one that is lost. */
  async #sendAcks(path: string): Promise<void> {
    this.#acking = true;
    const query = new URLSearchParams(this.#query.has('graph') ? { graph: this.#query.get('graph') ?? '' } : {});
    const session = this.#session === null ? {} : { session: this.#session };
    for (let cursor = this.#nextAck; cursor !== undefined; cursor = this.#nextAck) {
      this.#nextAck = undefined;
      const body = JSON.stringify({ cursor, ...session });
      const headers = { 'content-type': 'application/json', ...this.#authorization() };
      const signal = AbortSignal.timeout(ACK_WITHIN_MS);
      await fetch(addressOf(this.#base, path, query), { method: 'POST', headers, body, signal }).catch(() => undefined);
    }
    this.#acking = false;
  }

  #authorization(): Record<string, string> {
    return this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` };
  }

  #release(): void {
    this.#held?.resolve();
    this.#held = undefined;
  }

  #closed(code: number, reason: string, retryAfterMs?: number): void {
    if (this.#over) return;
    this.#over = true;
    this.#listener.closed(code, reason, retryAfterMs);
  }
}
