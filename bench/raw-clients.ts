import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

export const TRANSPORTS = ['websocket', 'socketio', 'sse'] as const;
export type Transport = (typeof TRANSPORTS)[number];

const UPGRADE = 'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n';

/** Sockets without any library, whose own memory and behaviour are nobody's but the bench's. */
export function openRaw(port: number, transport: Transport, graph: string, count: number): Promise<Socket[]> {
  return Promise.all(Array.from({ length: count }, () => openOne(port, transport, graph)));
}

function openOne(port: number, transport: Transport, graph: string): Promise<Socket> {
  const query = `graph=${graph}&batch=true`;
  const path = { websocket: `/ws/events?${query}`, socketio: '/socket.io/?EIO=4&transport=websocket', sse: `/sse/events?${query}` }[
    transport
  ];
  const upgrade = transport === 'sse' ? '' : `${UPGRADE}Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n`;
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n`));
    socket.once('error', reject);
    socket.once('data', () => {
      if (transport === 'socketio') socket.write(masked(`40/events,{"graph":"${graph}","batch":"true"}`));
      resolve(socket);
    });
    socket.resume();
  });
}

/** A client's text frame of fewer than 126 bytes (RFC 6455, 5.2); a mask of zeros changes nothing. */
function masked(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}
