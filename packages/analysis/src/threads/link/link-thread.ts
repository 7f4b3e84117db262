import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { LinkReply, LinkRequest, LinkWorkerData, SetRead } from './protocol.ts';
import { RemoteLinker, type LinkPort } from './remote-linker.ts';

/** The evaluation of types recurses. */
const STACK_MB = 16;
/** If the thread has not read more characters of extractions than this, senders should wait. */
const MAX_UNREAD_CHARS = 32 * 1024 * 1024;
/**
 * A thread that has to answer and sends nothing for this long counts as lost. A step takes some milliseconds, and seconds at the
 * end of a huge tree.
 */
const SILENCE_MS = 120_000;

/** A thread that has not ended by then is terminated. */
const ENDS_WITHIN_MS = 1_500;

/** The thread that links, for every graph of the process. The main thread appends its output meanwhile. */
export class LinkThread {
  readonly #cacheDir: string | undefined;
  readonly #ports = new Map<number, LinkPort>();
  #worker: Worker | undefined;
  #linkers = 0;
  /** Number of steps that were requested and not answered yet. */
  #unanswered = 0;
  #silence: NodeJS.Timeout | undefined;
  #unread = 0;
  /** Resolves when the thread has read so much that more may be sent. */
  #room: PromiseWithResolvers<void> | undefined;

  /** @param cacheDir an existing folder for records of what was linked, so that the linkers of the next process need not begin with nothing */
  constructor(cacheDir?: string) {
    this.#cacheDir = cacheDir;
    this.#start();
  }

  newLinker(root: string): RemoteLinker {
    const number = this.#linkers++;
    void this.#send({ kind: 'open', linker: number, root });
    return new RemoteLinker(number, {
      send: (request) => this.#send(request),
      open: (port) => this.#ports.set(number, port),
      close: () => {
        this.#ports.delete(number);
        this.#worker?.postMessage({ kind: 'close', linker: number } satisfies LinkRequest);
      },
    });
  }

  /** Ends the thread, which first writes what it has not recorded yet. Calls that are not done reject. */
  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = once(worker, 'exit');
    worker.postMessage({ kind: 'end' } satisfies LinkRequest);
    const late = setTimeout(() => void worker.terminate(), ENDS_WITHIN_MS);
    await ended;
    clearTimeout(late);
  }

  #send(request: LinkRequest): Promise<void> | undefined {
    (this.#worker ?? this.#start()).postMessage(request);
    if (request.kind === 'set') this.#unread += request.json.length;
    else if (request.kind === 'step' && this.#unanswered++ === 0) this.#watch();
    if (this.#unread > MAX_UNREAD_CHARS) this.#room ??= Promise.withResolvers();
    return this.#room?.promise;
  }

  #start(): Worker {
    const worker = new Worker(new URL('./link-worker.ts', import.meta.url), {
      workerData: { cacheDir: this.#cacheDir } satisfies LinkWorkerData,
      resourceLimits: { stackSizeMb: STACK_MB },
    });
    this.#worker = worker;
    this.#watch();
    worker.on('message', (message: LinkReply | SetRead) => {
      if (this.#worker !== worker) return;
      if (message.kind === 'read') this.#read(message.chars);
      else {
        this.#unanswered--;
        this.#ports.get(message.linker)?.replied(message);
      }
      this.#watch();
    });
    worker.on('error', (error) => this.#lose(worker, error instanceof Error ? error.message : String(error)));
    worker.on('exit', () => this.#lose(worker, 'it ended'));
    return worker;
  }

  /** While the thread has to answer, it keeps the process alive, and it has to send something within `SILENCE_MS`. */
  #watch(): void {
    clearTimeout(this.#silence);
    const worker = this.#worker;
    if (worker === undefined) return;
    if (this.#unanswered === 0) {
      worker.unref();
      return;
    }
    worker.ref();
    this.#silence = setTimeout(() => {
      this.#lose(worker, `it said nothing for ${String(SILENCE_MS / 1000)} s`);
      void worker.terminate();
    }, SILENCE_MS);
  }

  #read(chars: number): void {
    this.#unread -= chars;
    if (this.#unread > MAX_UNREAD_CHARS) return;
    this.#room?.resolve();
    this.#room = undefined;
  }

  /** The thread is lost, with everything that its linkers held. */
  #lose(worker: Worker, reason: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    clearTimeout(this.#silence);
    this.#unanswered = 0;
    this.#read(this.#unread);
    for (const port of this.#ports.values()) port.lost(new Error(`the linking thread failed: ${reason}`));
  }
}
