import { socketAddress } from './address.ts';
import type { WebSocketConstructor } from './options.ts';
import { ABNORMAL, type OpenConnection } from './transport.ts';

const OPEN = 1;

/**
 * Subscribes over a WebSocket. The token is sent as the subprotocol after `bearer`. It is not in the address, because addresses
 * are written to logs, and not in a header, because a browser can't set headers here.
 */
export function webSocketTransport(base: string, WebSocket: WebSocketConstructor): OpenConnection {
  return (query, token, listener) => {
    const socket = new WebSocket(socketAddress(base, '/ws/events', query), token === undefined ? undefined : ['bearer', token]);
    let over = false;
    const closed = (code: number, reason: string): void => {
      if (over) return;
      over = true;
      listener.closed(code, reason);
    };
    socket.addEventListener('open', () => {
      if (!over) listener.opened();
    });
    socket.addEventListener('message', ({ data }) => {
      if (!over) listener.text(typeof data === 'string' ? data : '');
    });
    socket.addEventListener('error', () => {
      // the `close` event that follows says the same; without a listener some platforms throw
    });
    socket.addEventListener('close', ({ code, reason }) => {
      closed(code, reason);
    });
    return {
      send: (action) => {
        if (socket.readyState === OPEN) socket.send(action === 'ping' ? 'ping' : JSON.stringify(action));
      },
      close: (code, reason) => {
        if (over) return;
        socket.close(code, reason);
        closed(ABNORMAL, reason); // does not wait: a dead peer never answers the close
      },
    };
  };
}
