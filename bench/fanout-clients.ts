import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** What the bench requests from this process: a number of WebSocket clients, and a message when each has seen the mark. */
export type Order = { readonly port: number; readonly path: string; readonly clients: number; readonly mark: string };
export type Report = 'connected' | 'done';

// The clients only look for the mark: parsing frames would measure them instead of the server.
process.on('message', ({ port, path, clients, mark }: Order) => {
  let connected = 0;
  let done = 0;
  const tell = (report: Report): void => void process.send?.(report);
  for (let i = 0; i < clients; i++) {
    const socket: Socket = connect(port, '127.0.0.1', () => {
      const key = randomBytes(16).toString('base64');
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
      );
    });
    let isConnected = false;
    let hasSeen = false;
    let tail = '';
    socket.on('close', () => {
      if (!hasSeen) throw new Error('a subscriber was sent away before it had seen the mark');
    });
    socket.on('data', (chunk) => {
      if (!isConnected) {
        isConnected = true;
        if (++connected === clients) tell('connected');
      }
      const end = chunk.toString('latin1', Math.max(0, chunk.length - 4_096));
      const isDone = (tail + end).includes(mark);
      tail = end.slice(-mark.length);
      if (!isDone) return;
      hasSeen = true;
      socket.destroy();
      if (++done === clients) tell('done');
    });
  }
});
