import type { EntityType, EventType, Offset } from '@graphtail/facts';
import type { TokenSource } from './token.ts';

/** Where to start: the log's ends, an offset, `last:<n>`, `ts:<ISO time>`, or `snapshot` (the state, then every fact after it). */
export type From = 'earliest' | 'latest' | 'snapshot' | `last:${number}` | `ts:${string}` | Offset;

/** What of the log to be sent. Nothing given: all of it. */
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
  /** Default: the only graph there is. */
  readonly graph?: string | undefined;
  /** Default: `latest`; with a `consumer`, where that one is. */
  readonly from?: From | undefined;
  /** The subscription ends there, inclusive. */
  readonly to?: Offset | undefined;
  /** Paces the facts by their own times, times this. Default: as fast as they can be taken. */
  readonly speed?: number | undefined;
  /** Whether the server sends facts in batches (default), or each as a message of its own: then each comes as a `facts` event of one. */
  readonly batch?: boolean | undefined;
  /** A durable cursor kept by the server under that name. */
  readonly consumer?: string | undefined;
  /** What the server does where the cursor is below the log's floor. Default: `error`. */
  readonly onTooOld?: 'error' | 'earliest' | 'snapshot' | undefined;
  /**
   * What the client does where its cursor is refused for good: give up (default), or begin anew there. One that begins anew
   * goes on behind damaged facts (LOG_DAMAGED), and tells of them in a `damaged` event.
   */
  readonly onRefused?: 'stop' | 'resnapshot' | 'earliest' | undefined;
  /** Whether what was received is compared with what the log says of it, now and then and in the background. Default: yes. */
  readonly prove?: boolean | undefined;
  /** Where the server wants one. A function is asked again before its token expires, and the session goes on. */
  readonly token?: TokenSource | undefined;
  /** Default: sockets, and server-sent events where sockets don't get through. */
  readonly transport?: TransportName | undefined;
  /** A WebSocket implementation, where the platform's is not the one to use. */
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
