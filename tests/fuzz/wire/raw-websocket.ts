import { connect, type Socket } from 'node:net';
import { AnswerReader, type Answer } from './answer.ts';
import { CLOSE, FrameReader, PING, PONG, TEXT, encodeFrame, type ClientFrame } from './websocket-frames.ts';

export type Opened =
  | { readonly kind: 'open'; readonly socket: RawWebSocket }
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'closed' }
  | { readonly kind: 'late' };

/** How a connection came to its end. `code`: of the close frame. */
export type Ending = { readonly code: number | undefined; readonly garbage: string | undefined };

/** A close frame without a code counts as this one: RFC 6455, section 7.1.5. */
const NO_CODE = 1005;

/** A WebSocket by hand: it sends any bytes, and keeps what it was sent. */
export class RawWebSocket {
  readonly texts: string[] = [];
  pongs = 0;
  ending: Ending | undefined;
  readonly #socket: Socket;
  readonly #frames = new FrameReader();
  #code: number | undefined;
  #garbage: string | undefined;
  #wake = Promise.withResolvers<void>();

  private constructor(socket: Socket, first: Buffer) {
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    socket.once('close', () => {
      this.ending = { code: this.#code, garbage: this.#garbage };
      this.#changed();
    });
    this.#take(first);
  }

  /** Asks for the upgrade. Never rejects. */
  static async open(port: number, target: string, headers: readonly (readonly [string, string])[], deadlineMs: number): Promise<Opened> {
    const { promise, resolve } = Promise.withResolvers<Opened>();
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const late = setTimeout(() => resolve({ kind: 'late' }), deadlineMs);
    const reader = new AnswerReader();
    let received = Buffer.alloc(0);
    const onData = (bytes: Buffer): void => {
      received = Buffer.concat([received, bytes]);
      const answer = reader.take(bytes);
      if (answer === undefined) return;
      socket.off('data', onData);
      if (answer.status !== 101) return resolve({ kind: 'answered', answer });
      resolve({ kind: 'open', socket: new RawWebSocket(socket, received.subarray(received.indexOf('\r\n\r\n') + 4)) });
    };
    socket.on('data', onData);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      const answer = reader.end();
      resolve(answer === undefined ? { kind: 'closed' } : { kind: 'answered', answer });
    });
    const lines = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='];
    socket.write(`GET ${target} HTTP/1.1\r\n${[...headers.map((header) => header.join(': ')), ...lines].join('\r\n')}\r\n\r\n`);
    const opened = await promise;
    clearTimeout(late);
    if (opened.kind !== 'open') socket.destroy();
    return opened;
  }

  send(...frames: readonly ClientFrame[]): void {
    if (this.#socket.writable) this.#socket.write(Buffer.concat(frames.map(encodeFrame)));
  }

  sendText(text: string): void {
    this.send({ opcode: TEXT, payload: text });
  }

  /** Resolves with whether the condition held within the time. */
  async until(condition: () => boolean, withinMs: number): Promise<boolean> {
    let isLate = false;
    const late = setTimeout(() => {
      isLate = true;
      this.#changed();
    }, withinMs);
    while (!condition() && !isLate) await this.#wake.promise;
    clearTimeout(late);
    return condition();
  }

  /** Without a word. */
  drop(): void {
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    try {
      for (const { opcode, payload } of this.#frames.take(bytes)) {
        if (opcode === TEXT) this.texts.push(payload.toString());
        else if (opcode === PONG) this.pongs++;
        else if (opcode === PING) this.send({ opcode: PONG, payload: payload.toString() });
        else if (opcode === CLOSE) {
          this.#code = payload.length >= 2 ? payload.readUInt16BE(0) : NO_CODE;
          this.send({ opcode: CLOSE, payload: { hex: payload.toString('hex') } });
        }
      }
    } catch (error) {
      this.#garbage ??= (error as Error).message;
    }
    this.#changed();
  }

  #changed(): void {
    const { resolve } = this.#wake;
    this.#wake = Promise.withResolvers();
    resolve();
  }
}
