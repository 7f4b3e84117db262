import type { Offset } from '@graphtail/facts';
import type { TransportName } from './options.ts';
import type { Receipt } from './running-receipt.ts';
import type { OpenConnection } from './transport.ts';

/** What a subscription needs from its environment. Specs provide their own time and connections. */
export type Platform = {
  /** Milliseconds; never decreases. */
  now(): number;
  /** Milliseconds since 1970. */
  date(): number;
  /** A random number in [0, 1). */
  random(): number;
  /** Calls back once after `ms` milliseconds. The returned function cancels the timer. */
  timer(ms: number, callback: () => void): () => void;
  /** Calls the listener when the browser goes online or offline. The returned function stops that. */
  network(listener: (online: boolean) => void): () => void;
  readonly transports: Readonly<Record<TransportName, OpenConnection>>;
  /** Returns the log's receipt of a range. @throws {ApiError} if the server gives none */
  receipt(range: ReceiptRange, token: string | undefined): Promise<Receipt>;
};

export type ReceiptRange = { readonly graph: string | undefined; readonly from: Offset; readonly to: Offset };
