import { Worker } from 'node:worker_threads';
import type { LinkReply, LinkRequest } from './protocol.ts';
import { RemoteLinker, type LinkPort } from './remote-linker.ts';

/** Evaluating types recurses. */
const STACK_MB = 16;

/** The thread that links, for every graph of the process: what it says is appended meanwhile. */
export class LinkThread {
  readonly #ports = new Map<number, LinkPort>();
  #worker: Worker | undefined;
  #linkers = 0;
  #awaited = 0;
  #closed = false;

  constructor() {
    this.#start();
  }

  newLinker(): RemoteLinker {
    const number = this.#linkers++;
    return new RemoteLinker(number, {
      send: (request) => this.#send(request),
      await: (isAwaited) => {
        this.#awaited += isAwaited ? 1 : -1;
        if (this.#awaited > 0) this.#worker?.ref();
        else this.#worker?.unref();
      },
      open: (port) => this.#ports.set(number, port),
      close: () => {
        this.#ports.delete(number);
        if (!this.#closed) this.#send({ kind: 'forget', linker: number });
      },
    });
  }

  /** Ends the thread. Calls that are not done reject. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#worker?.terminate();
  }

  #send(request: LinkRequest): void {
    (this.#worker ?? this.#start()).postMessage(request);
  }

  #start(): Worker {
    const worker = new Worker(new URL('./link-worker.ts', import.meta.url), { resourceLimits: { stackSizeMb: STACK_MB } });
    worker.unref();
    this.#worker = worker;
    worker.on('message', (reply: LinkReply) => this.#ports.get(reply.linker)?.replied(reply));
    worker.on('error', (error) => this.#lose(worker, error instanceof Error ? error.message : String(error)));
    worker.on('exit', () => this.#lose(worker, 'it ended'));
    return worker;
  }

  /** With the thread goes what its linkers knew. */
  #lose(worker: Worker, reason: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const port of this.#ports.values()) port.lost(new Error(`the linking thread failed: ${reason}`));
  }
}
