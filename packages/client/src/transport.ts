import type { Action, ErrorFrame } from '@graphtail/facts';

/** One connection of a subscription, over whatever carries it. */
export type Connection = {
  send(action: Action | 'ping'): void;
  /** Idempotent; nothing is reported after it but, once, `closed`. */
  close(code: number, reason: string): void;
};

export type Listener = {
  opened(): void;
  /** The text of one frame. */
  text(text: string): void;
  /** Refused before there was a subscription to say so. */
  refused(error: ErrorFrame): void;
  /** Once, and nothing after it. */
  closed(code: number, reason: string, retryAfterMs?: number): void;
};

/** `query`: the subscription's parameters. Opening never throws: what goes wrong is reported as `closed`. */
export type OpenConnection = (query: URLSearchParams, token: string | undefined, listener: Listener) => Connection;

/** Closed without a close frame (RFC 6455, 7.4.1). */
export const ABNORMAL = 1006;
