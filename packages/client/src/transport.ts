import type { Action, ErrorFrame } from '@graphtail/facts';

/** One connection of a subscription, over any transport. */
export type Connection = {
  send(action: Action | 'ping'): void;
  /** Idempotent. After it nothing is reported except `closed`, once. */
  close(code: number, reason: string): void;
};

export type Listener = {
  opened(): void;
  /** The text of one frame. */
  text(text: string): void;
  /** The server refused the request before there was a subscription. */
  refused(error: ErrorFrame): void;
  /** Called once, and nothing is reported after it. */
  closed(code: number, reason: string, retryAfterMs?: number): void;
};

/** Opens a connection. `query`: the subscription's parameters. It never throws: an error is reported as `closed`. */
export type OpenConnection = (query: URLSearchParams, token: string | undefined, listener: Listener) => Connection;

/** The close code of a connection that ended without a close frame (RFC 6455, 7.4.1). */
export const ABNORMAL = 1006;
