import type { WebSocketLike } from '@graphtail/client';

/** Every so many messages with facts one vanishes. */
const LOST_OF = 5;

type Listener = (event: unknown) => void;

/** A WebSocket on which frames get lost, as by a broken proxy: what the SDK must notice by itself. */
export class LossyWebSocket implements WebSocketLike {
  /** Whether frames vanish just now. */
  static isLossy = false;

  readonly #socket: WebSocket;
  #frames = 0;

  constructor(url: string, protocols?: string[]) {
    this.#socket = new WebSocket(url, protocols);
  }

  get readyState(): number {
    return this.#socket.readyState;
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  close(code?: number, reason?: string): void {
    this.#socket.close(code, reason);
  }

  addEventListener(type: 'open' | 'error' | 'message' | 'close', listener: (event: never) => void): void {
    this.#socket.addEventListener(type, (event: unknown) => {
      if (type !== 'message' || !this.#isLost(event as { data: unknown })) (listener as Listener)(event);
    });
  }

  #isLost({ data }: { readonly data: unknown }): boolean {
    return LossyWebSocket.isLossy && typeof data === 'string' && data.startsWith('{"type":"facts"') && ++this.#frames % LOST_OF === 0;
  }
}
