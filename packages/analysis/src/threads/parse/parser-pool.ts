import { Worker } from 'node:worker_threads';
import { prepareLanguages } from '../../languages/languages.ts';
import { readSource } from '../../files/read-source.ts';
import { textOf, withoutContent, type ExtractionText } from './extract-file.ts';
import type { WorkerData, WorkerReply, WorkerRequest } from './protocol.ts';

export interface FileToExtract {
  readonly root: string;
  /** Relative to the root, with `/`. */
  readonly path: string;
  /** In bytes, if known. The largest files begin first, so that no core has to wait for a large one at the end. */
  readonly size?: number;
  /** Extract the file even if the cache has its content. */
  readonly anew?: boolean;
}

export interface ExtractedFile {
  readonly path: string;
  /** undefined if the file was gone when the worker tried to read it. */
  readonly extraction: ExtractionText | undefined;
  readonly cached: boolean;
  /** Time that the worker took to read and parse the file. */
  readonly milliseconds: number;
}

export interface ParserPoolOptions {
  /** Number of threads. */
  readonly workers: number;
  /** An existing folder for caches. Without it, nothing is cached. */
  readonly cacheDir?: string | undefined;
}

/** If a worker returns no file for this time, the worker is ended and the file that it was parsing has failed. */
const FILE_TIMEOUT_MS = 30_000;
/** Requests that are sent to a worker in advance, so that it never waits for this thread. */
const AHEAD = 4;
/** A thread without work holds much memory, so it ends after this time. Only the first thread, which serves single saves, stays. */
const IDLE_MS = 20_000;
/** The parser and the extraction recurse over the syntax tree. The default stack of 4 MB is too small for generated code. */
const STACK_MB = 32;
/** A syntax tree lives only briefly. With the defaults, a thread collects garbage only when there are a hundred megabytes of it. */
const YOUNG_MB = 16;
const OLD_MB = 512;

type OnExtracted = (result: ExtractedFile) => Promise<void> | undefined;

interface Task {
  readonly file: FileToExtract;
  readonly done: OnExtracted;
}

interface Lane {
  /** undefined after idle time, until there is work again. */
  worker: Worker | undefined;
  inFlight: Task[];
  timer: NodeJS.Timeout | undefined;
}

/** Worker threads that read and extract files. Several calls of extract() share them. */
export class ParserPool {
  readonly #cacheDir: string | undefined;
  readonly #lanes: Lane[] = [];
  /** The last task is next, so that a later request, such as a single save, does not wait for a whole code base. */
  #queue: Task[] = [];
  #closed = false;

  constructor({ workers, cacheDir }: ParserPoolOptions) {
    this.#cacheDir = cacheDir;
    prepareLanguages();
    for (let i = 0; i < Math.max(1, workers); i++) this.#lanes.push(this.#newLane());
  }

  /**
   * Extracts files in no particular order, and calls `onDone` for each as soon as it is done. If `onDone` returns a promise, the
   * file's thread gets no further file until it resolves.
   *
   * @throws the signal's reason as soon as it is aborted; the results of files in flight are then dropped
   */
  async extract(files: readonly FileToExtract[], onDone: OnExtracted, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (files.length === 0) return;
    await new Promise<void>((resolve, reject) => {
      let left = files.length;
      let over = false;
      const mine = new Set<Task>();
      const stop = (reason: unknown): void => {
        over = true;
        signal?.removeEventListener('abort', onAbort);
        this.#queue = this.#queue.filter((task) => !mine.has(task));
        reject(reason instanceof Error ? reason : new Error(String(reason)));
      };
      const onAbort = (): void => stop(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      const done: OnExtracted = (result) => {
        if (over) return undefined;
        let taken: Promise<void> | undefined;
        try {
          taken = onDone(result);
        } catch (error) {
          stop(error);
          return undefined;
        }
        if (--left > 0) return taken;
        over = true;
        signal?.removeEventListener('abort', onAbort);
        resolve();
        return taken;
      };
      for (const file of [...files].sort((a, b) => (a.size ?? 0) - (b.size ?? 0))) {
        const task: Task = { file, done };
        mine.add(task);
        this.#queue.push(task);
      }
      for (const lane of this.#lanes) this.#feed(lane);
    });
  }

  /** Ends the workers. A call of extract() that is not done settles only if its signal is aborted. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#queue = [];
    await Promise.all(
      this.#lanes.map(async (lane) => {
        clearTimeout(lane.timer);
        await lane.worker?.terminate();
      }),
    );
  }

  #newLane(): Lane {
    const lane: Lane = { worker: undefined, inFlight: [], timer: undefined };
    this.#start(lane);
    return lane;
  }

  #start(lane: Lane): Worker {
    const worker = new Worker(new URL('./parse-worker.ts', import.meta.url), {
      workerData: { cacheDir: this.#cacheDir, trims: this.#lanes.length === 0 } satisfies WorkerData,
      resourceLimits: { stackSizeMb: STACK_MB, maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: OLD_MB },
    });
    worker.unref();
    lane.worker = worker;
    worker.on('message', (reply: WorkerReply) => {
      const at = lane.inFlight.findIndex((task) => task.file.path === reply.path);
      const [task] = lane.inFlight.splice(at, 1);
      const taken = task?.done({
        path: reply.path,
        extraction: 'json' in reply ? { contentHash: reply.contentHash, parseError: reply.parseError, json: reply.json } : undefined,
        cached: 'json' in reply && reply.cached,
        milliseconds: reply.milliseconds,
      });
      if (taken === undefined) this.#feed(lane);
      else void taken.then(() => this.#feed(lane));
    });
    worker.on('error', (error) => this.#replace(lane, worker, error instanceof Error ? error.message : String(error)));
    worker.on('exit', () => this.#replace(lane, worker, 'parser thread ended'));
    return worker;
  }

  #feed(lane: Lane): void {
    clearTimeout(lane.timer);
    while (lane.inFlight.length < AHEAD) {
      const task = this.#queue.pop();
      if (task === undefined) break;
      lane.inFlight.push(task);
      const { root, path, anew = false } = task.file;
      (lane.worker ?? this.#start(lane)).postMessage({ root, path, anew } satisfies WorkerRequest);
    }
    const { worker } = lane;
    if (worker === undefined) return;
    if (lane.inFlight.length > 0) {
      worker.ref();
      lane.timer = setTimeout(() => void worker.terminate(), FILE_TIMEOUT_MS);
      return;
    }
    worker.unref();
    if (lane === this.#lanes[0]) return;
    lane.timer = setTimeout(() => {
      lane.worker = undefined;
      void worker.terminate();
    }, IDLE_MS);
    lane.timer.unref();
  }

  /** Replaces a worker that has ended. The first file that it had in flight has failed. The other files go back to the queue. */
  #replace(lane: Lane, worker: Worker, reason: string): void {
    if (this.#closed || lane.worker !== worker) return;
    const [culprit, ...rest] = lane.inFlight;
    lane.inFlight = [];
    this.#start(lane);
    this.#queue.push(...rest.reverse());
    this.#feed(lane);
    void culprit?.done({ path: culprit.file.path, extraction: failed(culprit.file, reason), cached: false, milliseconds: 0 });
  }
}

function failed(file: FileToExtract, reason: string): ExtractionText | undefined {
  try {
    return textOf(withoutContent(file.path, readSource(file.root, file.path).contentHash, `parser failed: ${reason}`.slice(0, 300)));
  } catch {
    return undefined;
  }
}
