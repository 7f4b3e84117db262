import { socketAddress } from './address.ts';
import type { WebSocketConstructor } from './options.ts';
import { ABNORMAL, type OpenConnection } from './transport.ts';

const OPEN = 1;

/**
 * Subscribes over a WebSocket. The token travels as the subprotocol after `bearer`: an address ends up in
 * logs, and a browser can't set headers here.
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
      // says nothing that `close`, which follows, does not say; without a listener some platforms throw
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
        closed(ABNORMAL, reason); // a dead peer never answers the close: not waited for
      },
    };
  };
}
