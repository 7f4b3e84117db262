import type { Message } from './frames.ts';

/** Messages in a transport's own form. Subscribers share the chunks, which never change. */
export type Packet = {
  readonly bytes: number;
  readonly chunks: readonly (Buffer | string)[];
  /** The chunks as WebSocket frames, if the transport may send each chunk either as text or as a frame. */
  readonly frames?: readonly Buffer[];
};

/** How a transport writes messages. A batch is encoded once for all subscribers of the transport. */
export type Encoder = { readonly transport: 'websocket' | 'socketio' | 'sse'; encode(messages: readonly Message[]): Packet };

/** RFC 6455, section 5.2: one final text frame. A server's frames are not masked. */
const FINAL_TEXT = 0x81;

function headerLength(length: number): number {
  if (length < 126) return 2;
  return length < 65_536 ? 4 : 10;
}

function writeHeader(target: Buffer, at: number, length: number): number {
  target[at] = FINAL_TEXT;
  if (length < 126) {
    target[at + 1] = length;
    return at + 2;
  }
  if (length < 65_536) {
    target[at + 1] = 126;
    return target.writeUInt16BE(length, at + 2);
  }
  target[at + 1] = 127;
  return target.writeBigUInt64BE(BigInt(length), at + 2);
}

/** Each message is a WebSocket frame of its own; the frames lie side by side in one buffer, for one write. */
export const webSocketEncoder: Encoder = {
  transport: 'websocket',
  encode(messages) {
    const buffer = framesOf(messages.map(({ text }) => text));
    return { bytes: buffer.length, chunks: [buffer] };
  },
};

function framesOf(texts: readonly string[]): Buffer {
  const lengths = texts.map((text) => Buffer.byteLength(text));
  const buffer = Buffer.allocUnsafeSlow(lengths.reduce((sum, length) => sum + headerLength(length) + length, 0));
  let at = 0;
  for (const [i, text] of texts.entries()) {
    at = writeHeader(buffer, at, lengths[i]!);
    at += buffer.write(text, at);
  }
  return buffer;
}

/** `event:` the frame's type, `id:` its cursor, and a `data:` line for each line of its text. */
export const eventStreamEncoder: Encoder = {
  transport: 'sse',
  encode(messages) {
    const buffer = Buffer.from(messages.map(eventText).join(''));
    return { bytes: buffer.length, chunks: [buffer] };
  },
};

function eventText({ type, cursor, text }: Message): string {
  const id = cursor === undefined ? '' : `id: ${cursor}\n`;
  return `event: ${type}\n${id}data: ${text.replaceAll('\n', '\ndata: ')}\n\n`;
}

export const SOCKET_IO_NAMESPACE = '/events';

/**
 * Socket.IO protocol 5: an EVENT packet (`2`) of the namespace, with the frame's type as the event's name. It is written around the
 * stored bytes, because the library would parse and stringify every fact. Over a WebSocket (Engine.IO's MESSAGE, `4`), all subscribers
 * share the frame.
 */
export const socketIoEncoder: Encoder = {
  transport: 'socketio',
  encode(messages) {
    const chunks = messages.map(({ type, text }) => `2${SOCKET_IO_NAMESPACE},["${type}",${text}]`);
    const frames = chunks.map((chunk) => framesOf([`4${chunk}`]));
    return { bytes: frames.reduce((sum, frame) => sum + frame.length, 0), chunks, frames };
  },
};
