import { once } from 'node:events';
import { Agent, type ClientRequestArgs } from 'node:http';
import { createConnection, type Socket, type TcpNetConnectOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

/** How long a service is waited for, ms. Its supervisor restarts a service that ended within a second or two. */
const PATIENCE_MS = 3_000;
const BETWEEN_MS = 25;

/**
 * Connects to services, and waits for a service that refuses connections, as it does while it restarts. A client that asks meanwhile
 * is answered late, so it need not guess when to retry. However many requests wait, one connection at a time is tried.
 */
export class PatientAgent extends Agent {
  readonly #waiting = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();

  constructor() {
    super({ keepAlive: true });
  }

  override createConnection(options: ClientRequestArgs, callback?: (error: Error | null, socket: Duplex) => void): undefined {
    const answer = callback as (error: Error | null, socket?: Duplex) => void;
    this.#connect(options as TcpNetConnectOpts).then(
      (socket) => answer(null, socket),
      (error: Error) => answer(error),
    );
  }

  override destroy(): void {
    this.#stop.abort();
    super.destroy();
  }

  async #connect(options: TcpNetConnectOpts): Promise<Socket> {
    try {
      return await connected(options);
    } catch (error) {
      if (!isRefused(error)) throw error;
      await this.#untilItListens(options);
      return connected(options);
    }
  }

  #untilItListens(options: TcpNetConnectOpts): Promise<void> {
    const address = `${String(options.host)}:${String(options.port)}`;
    const underWay = this.#waiting.get(address);
    if (underWay !== undefined) return underWay;
    const trying = this.#try(options).finally(() => this.#waiting.delete(address));
    this.#waiting.set(address, trying);
    return trying;
  }

  async #try(options: TcpNetConnectOpts): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      await wait(BETWEEN_MS, undefined, { signal: this.#stop.signal });
      try {
        (await connected(options)).destroy();
        return;
      } catch (error) {
        if (!isRefused(error) || performance.now() > deadline) throw error;
      }
    }
  }
}

/** Resolves with a connected socket. @throws the error that prevents the connection, such as ECONNREFUSED */
async function connected(options: TcpNetConnectOpts): Promise<Socket> {
  const socket = createConnection(options);
  await once(socket, 'connect');
  return socket;
}

function isRefused(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
}
