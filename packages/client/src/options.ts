import type { EntityType, EventType, Offset, Place } from '@graphtail/facts';
import type { TokenSource } from './token.ts';

/** Where to start: at one end of the log, an offset, a place as people are shown it (`#1042`), `last:<n>`, `ts:<ISO time>`, or `snapshot` (the state, then every fact after it). */
export type From = 'earliest' | 'latest' | 'snapshot' | `last:${number}` | `ts:${string}` | Place | Offset;

/** Which facts the server sends. With no member given: all facts. */
export type Filter = {
  readonly types?: readonly EventType[] | undefined;
  readonly entities?: readonly EntityType[] | undefined;
  /** Glob over file_path. */
  readonly path?: string | undefined;
};

export type TransportName = 'websocket' | 'sse';

export type ConnectOptions = Filter & {
  /** Graphtail's address, `http://127.0.0.1:8000`; a path in it is kept as a prefix. */
  readonly url: string;
  /** Default: the server's only graph. */
  readonly graph?: string | undefined;
  /** Default: `latest`; with a `consumer`, that consumer's cursor. */
  readonly from?: From | undefined;
  /** The subscription ends at this offset, inclusive. */
  readonly to?: Offset | undefined;
  /** Sends the facts at this multiple of the pace of their own times. Default: as fast as the client can take them. */
  readonly speed?: number | undefined;
  /**
   * Whether the server sends facts in batches (default). If not, each fact is its own message, and arrives as a `facts` event with one
   * fact.
   */
  readonly batch?: boolean | undefined;
  /** The name of a durable cursor that the server keeps. */
  readonly consumer?: string | undefined;
  /** What the server does if the cursor is below the log's floor. Default: `error`. */
  readonly onTooOld?: 'error' | 'earliest' | 'snapshot' | undefined;
  /**
   * What the client does if the server refuses its cursor for good: stop (default), or start again, with a snapshot or at the
   * earliest fact. A client that starts again also goes on after damaged facts (LOG_DAMAGED), and emits a `damaged` event.
   */
  readonly onRefused?: 'stop' | 'resnapshot' | 'earliest' | undefined;
  /** Whether the client regularly compares what it received with the log's receipt, in the background. Default: true. */
  readonly prove?: boolean | undefined;
  /** The bearer token, if the server requires one. A function is called again before its token expires, and the session goes on. */
  readonly token?: TokenSource | undefined;
  /** Default: WebSocket, and server-sent events if a WebSocket does not get through. */
  readonly transport?: TransportName | undefined;
  /**
   * Whether the tabs of a browser share one connection: those that subscribe to the same graph with the same rights. Only subscriptions
   * without a filter, `to`, `speed` and `consumer` are shared. If the browser has no locks for this page, each tab connects by itself.
   * Default: false.
   */
  readonly share?: boolean | undefined;
  /** A WebSocket implementation to use instead of the platform's. */
  readonly WebSocket?: WebSocketConstructor | undefined;
};

/** The part of the WebSocket interface that the client uses, so that it needs neither DOM types nor Node's. */
export type WebSocketLike = {
  readonly readyState: number;
  readonly bufferedAmount: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { readonly code: number; readonly reason: string }) => void): void;
};
export type WebSocketConstructor = new (url: string, protocols?: string[]) => WebSocketLike;
