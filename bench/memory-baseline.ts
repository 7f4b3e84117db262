import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/** A bare `ws` server that only keeps the notifier's high-water mark: the cost of a connection without us. */
const HIGH_WATER_BYTES = 512 * 1024;
const MESSAGE = Buffer.alloc(20 * 1024, 'x');

const http = createServer();
const server = new WebSocketServer({ server: http, perMessageDeflate: false });
http.listen(0, '127.0.0.1', () => process.send?.({ type: 'ready', port: (http.address() as AddressInfo).port }));

// Separate bytes for each, as in sockets of subscribers that share no transport.
process.on('message', () => {
  for (const socket of server.clients) {
    while (socket.bufferedAmount <= HIGH_WATER_BYTES) socket.send(Buffer.from(MESSAGE));
  }
});
