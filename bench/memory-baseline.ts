import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/** A bare `ws` server that keeps to the notifier's high-water mark and does nothing else: what a connection costs without us. */
const HIGH_WATER_BYTES = 512 * 1024;
const MESSAGE = Buffer.alloc(20 * 1024, 'x');

const http = createServer();
const server = new WebSocketServer({ server: http, perMessageDeflate: false });
http.listen(0, '127.0.0.1', () => process.send?.({ type: 'ready', port: (http.address() as AddressInfo).port }));

// Each its own bytes, as they lie in a socket that another transport's subscriber does not share.
process.on('message', () => {
  for (const socket of server.clients) {
    while (socket.bufferedAmount <= HIGH_WATER_BYTES) socket.send(Buffer.from(MESSAGE));
  }
});
