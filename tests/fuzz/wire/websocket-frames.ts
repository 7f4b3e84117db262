import { bodyText, type Body } from './request.ts';

/** A client's frame, right or wrong in any of its parts: RFC 6455, section 5.2. */
export type ClientFrame = {
  readonly opcode: number;
  /** Bytes as hexadecimal digits, or text. */
  readonly payload: Body | { readonly hex: string };
  /** Default: true. */
  readonly fin?: boolean;
  readonly rsv?: number;
  /** Default: true; a client's frame that is not masked is an error. */
  readonly masked?: boolean;
  /** What is said of the length instead of the truth. */
  readonly lengthSaid?: number;
};

export const TEXT = 1;
export const BINARY = 2;
export const CONTINUATION = 0;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

const MASK = Buffer.from([0x12, 0x34, 0x56, 0x78]);

export function encodeFrame({ opcode, payload, fin = true, rsv = 0, masked = true, lengthSaid }: ClientFrame): Buffer {
  const bytes = typeof payload === 'object' && 'hex' in payload ? Buffer.from(payload.hex, 'hex') : Buffer.from(bodyText(payload));
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  const head = [Buffer.from([first]), lengthBytes(lengthSaid ?? bytes.length, masked)];
  if (!masked) return Buffer.concat([...head, bytes]);
  return Buffer.concat([...head, MASK, bytes.map((byte, i) => byte ^ MASK[i % 4]!)]);
}

function lengthBytes(length: number, masked: boolean): Buffer {
  const bit = masked ? 0x80 : 0;
  if (length < 126) return Buffer.from([bit | length]);
  if (length < 65_536) {
    const bytes = Buffer.from([bit | 126, 0, 0]);
    bytes.writeUInt16BE(length, 1);
    return bytes;
  }
  const bytes = Buffer.alloc(9);
  bytes[0] = bit | 127;
  bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}

export type ServerFrame = { readonly opcode: number; readonly payload: Buffer };

/** Reads a server's frames from the bytes of a socket. @throws {Error} if it sent what is no frame. */
export class FrameReader {
  #pending: Buffer = Buffer.alloc(0);

  take(bytes: Buffer): ServerFrame[] {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    const frames: ServerFrame[] = [];
    for (;;) {
      const frame = this.#next();
      if (frame === undefined) return frames;
      frames.push(frame);
    }
  }

  #next(): ServerFrame | undefined {
    const [first, second] = this.#pending;
    if (first === undefined || second === undefined) return undefined;
    if ((first & 0x70) !== 0 || (second & 0x80) !== 0)
      throw new Error(`no frame of a server: ${this.#pending.subarray(0, 40).toString('latin1')}`);
    const short = second & 0x7f;
    const headBytes = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (this.#pending.length < headBytes) return undefined;
    const length = short < 126 ? short : short === 126 ? this.#pending.readUInt16BE(2) : Number(this.#pending.readBigUInt64BE(2));
    if (this.#pending.length < headBytes + length) return undefined;
    const payload = this.#pending.subarray(headBytes, headBytes + length);
    this.#pending = this.#pending.subarray(headBytes + length);
    return { opcode: first & 0x0f, payload };
  }
}
