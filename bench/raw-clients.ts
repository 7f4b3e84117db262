import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

export const TRANSPORTS = ['websocket', 'socketio', 'sse'] as const;
export type Transport = (typeof TRANSPORTS)[number];

const UPGRADE = 'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n';

/** Sockets without any library, so that the bench knows their memory and behaviour. They read nothing until they are told to. */
export function openRaw(
  port: number,
  transport: Transport,
  graph: string,
  count: number,
  from: (index: number) => string = () => 'latest',
): Promise<Socket[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => openOne(port, transport, graph, from(index))));
}

/** An unsolicited pong: a client that reads nothing can't answer pings, and must not be closed as dead. */
const SIGN_OF_LIFE = { websocket: Buffer.from([0x8a, 0x80, 0, 0, 0, 0]), socketio: masked('3'), sse: '' };

function openOne(port: number, transport: Transport, graph: string, from: string): Promise<Socket> {
  const query = `graph=${graph}&batch=true&from=${from}`;
  const path = { websocket: `/ws/events?${query}`, socketio: '/socket.io/?EIO=4&transport=websocket', sse: `/sse/events?${query}` }[
    transport
  ];
  const upgrade = transport === 'sse' ? '' : `${UPGRADE}Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n`;
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${upgrade}\r\n`));
    socket.once('error', reject);
    socket.once('data', () => {
      socket.pause();
      const living = setInterval(() => socket.write(SIGN_OF_LIFE[transport]), 5_000);
      socket.once('close', () => clearInterval(living));
      if (transport === 'socketio') socket.write(masked(`40/events,{"graph":"${graph}","batch":"true","from":"${from}"}`));
      resolve(socket);
    });
  });
}

/** A client's text frame of fewer than 126 bytes (RFC 6455, 5.2); a mask of zeros changes nothing. */
function masked(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}
