import type { Offset } from '@graphtail/facts';
import { requireHttp } from './address.ts';
import { createApi } from './api.ts';
import type { ConnectOptions, TransportName, WebSocketConstructor } from './options.ts';
import type { Receipt } from './running-receipt.ts';
import { sseTransport } from './sse.ts';
import type { OpenConnection } from './transport.ts';
import { webSocketTransport } from './websocket.ts';

/** The world a subscription lives in; specs bring their own time and connections. */
export type Platform = {
  /** Milliseconds, never going back. */
  now(): number;
  /** Milliseconds since 1970. */
  date(): number;
  /** In [0, 1). */
  random(): number;
  /** Calls back once after so many milliseconds; the result cancels. */
  timer(ms: number, callback: () => void): () => void;
  /** Tells of the browser's network coming and going; the result stops it. */
  network(listener: (online: boolean) => void): () => void;
  readonly transports: Readonly<Record<TransportName, OpenConnection>>;
  /** What the log says of a range. @throws {ApiError} */
  receipt(range: ReceiptRange, token: string | undefined): Promise<Receipt>;
};

export type ReceiptRange = { readonly graph: string | undefined; readonly from: Offset; readonly to: Offset };

/** The part of a browser's window that tells of the network; absent in Node. */
type NetworkEvents = {
  addEventListener?: (type: string, listener: () => void) => void;
  removeEventListener?: (type: string, listener: () => void) => void;
};

function watchNetwork(listener: (online: boolean) => void): () => void {
  const target = globalThis as NetworkEvents;
  const online = (): void => {
    listener(true);
  };
  const offline = (): void => {
    listener(false);
  };
  target.addEventListener?.('online', online);
  target.addEventListener?.('offline', offline);
  return () => {
    target.removeEventListener?.('online', online);
    target.removeEventListener?.('offline', offline);
  };
}

/** @throws {TypeError} where the address is not http(s), or there is no WebSocket in this platform. */
export function platformFor(options: ConnectOptions): Platform {
  const url = requireHttp(options.url);
  const WebSocket = options.WebSocket ?? (globalThis as { WebSocket?: unknown }).WebSocket;
  if (typeof WebSocket !== 'function') throw new TypeError('no WebSocket here: give one in the options');
  return {
    now: () => performance.now(),
    date: () => Date.now(),
    random: Math.random,
    timer: (ms, callback) => {
      const handle = setTimeout(callback, ms);
      return () => {
        clearTimeout(handle);
      };
    },
    network: watchNetwork,
    receipt: (range, token) => createApi(url, token).receipt(range),
    transports: { websocket: webSocketTransport(url, WebSocket as WebSocketConstructor), sse: sseTransport(url) },
  };
}
