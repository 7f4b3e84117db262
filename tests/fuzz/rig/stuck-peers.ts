import type { Socket } from 'node:net';
import { begin, type ActName } from '../wire/bad-peer.ts';
import type { Product } from './product.ts';

const OF_EACH = 40;
const KINDS: readonly ActName[] = ['a subscriber that reads nothing', 'an event stream that is not read'];

/**
 * Subscribers that read nothing and never go; half of them have closed their half. By rules S9b and S9e of docs/PROTOCOL.md the product lets go of them, though
 * they do not: at the end of a run their descriptors are given back.
 */
export class StuckPeers {
  readonly #sockets: readonly Socket[];
  readonly #going: AbortController;

  private constructor(sockets: readonly Socket[], going: AbortController) {
    this.#sockets = sockets;
    this.#going = going;
  }

  static async open(product: Product): Promise<StuckPeers> {
    const going = new AbortController();
    const opened: Promise<Socket | undefined>[] = [];
    for (const kind of KINDS)
      for (const door of ['gateway', 'notifier'] as const)
        for (let i = 0; i < OF_EACH; i++) opened.push(begin(kind, product.ports[door], going.signal));
    const sockets = (await Promise.all(opened)).filter((socket) => socket !== undefined);
    for (const [i, socket] of sockets.entries()) if (i % 2 === 0) socket.end();
    return new StuckPeers(sockets, going);
  }

  close(): void {
    this.#going.abort();
    for (const socket of this.#sockets) socket.destroy();
  }
}
