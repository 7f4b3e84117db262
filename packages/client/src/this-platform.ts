import { requireHttp } from './address.ts';
import { createApi } from './api.ts';
import type { ConnectOptions, WebSocketConstructor } from './options.ts';
import type { Platform } from './platform.ts';
import { sharedTransports } from './sharing/shared-transport.ts';
import { tabsHere } from './sharing/tabs.ts';
import { sseTransport } from './sse.ts';
import { webSocketTransport } from './websocket.ts';

/** The part of a browser's window that reports changes of the network. Node has none. */
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

/** The browser or the Node that this runs in. @throws {TypeError} if the address is not http(s), or this platform has no WebSocket */
export function platformFor(options: ConnectOptions): Platform {
  const url = requireHttp(options.url);
  const WebSocket = options.WebSocket ?? (globalThis as { WebSocket?: unknown }).WebSocket;
  if (typeof WebSocket !== 'function') throw new TypeError('no WebSocket here: give one in the options');
  const tabs = options.share === true ? tabsHere() : undefined;
  const platform: Platform = {
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
  return tabs === undefined ? platform : { ...platform, transports: sharedTransports(platform, url, tabs) };
}
