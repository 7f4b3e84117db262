import { totalmem } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Offset } from '@graphtail/facts';
import { Problem, unavailable, type Logger } from '@graphtail/runtime';
import { tooExpensive } from '../http/problems.ts';
import type { Narrow } from '../http/route.ts';
import { AnswerStream } from './answer-stream.ts';
import type { PoolMetrics } from './metrics.ts';
import type { FromThread, Job, PlainProblem, ToThread } from './protocol.ts';
import { JobQueue } from './queue.ts';

/** Queries that may wait. Further ones are refused. */
export const MAX_WAITING = 64;
/** Answers that may be under way to slow clients at the same time. */
const MAX_STREAMS = 32;
/** If computing an answer takes longer than this, the query is refused. */
const DEADLINE_MS = 20_000;
/** If the thread has not dropped a cancelled job within this time, the pool ends the thread. */
const GRACE_MS = 1_000;
/** A client that reads nothing for this long counts as gone. */
const STALLED_MS = 30_000;
/** After this time without work the thread is ended, because its states are as large as the main thread's. */
const IDLE_MS = 60_000;
const MIB = 1024 * 1024;
/** A quarter of the machine's memory, or of the memory that this process may use, but at least 512 MiB. */
const MAX_HEAP_MB = Math.max(512, Math.floor(Math.min(totalmem(), process.constrainedMemory() || Infinity) / 4 / MIB));
/** Most objects that a fold allocates stay alive. A larger young generation copies fewer of them. */
const YOUNG_MB = 64;

export type PoolLimits = { readonly deadlineMs: number; readonly graceMs: number; readonly idleMs: number; readonly heapMb: number };
export type PoolDependencies = {
  readonly redisUrl: string;
  readonly logger: Logger;
  readonly metrics: PoolMetrics;
  readonly limits?: Partial<PoolLimits>;
};

export type Answer = { readonly asOf: Offset; readonly tag: string | undefined; readonly chunks: AsyncIterable<Uint8Array> };

type Asked = {
  readonly id: number;
  readonly job: Job;
  readonly narrow: Narrow | undefined;
  readonly queuedAt: number;
  readonly stream: AnswerStream;
  readonly answered: PromiseWithResolvers<Answer>;
  /** Ends the job at its deadline, the thread after the grace time, or the answer of a client that stalls. */
  timer: NodeJS.Timeout | undefined;
  startedAt: number;
  /** No client waits for the answer any more; the thread may still compute it. */
  dropped: boolean;
};

/**
 * Computes expensive queries one after another in a separate thread, which folds the log itself. So neither the fold at the
 * head nor cheap queries wait for them. The first query starts the thread. The pool ends it when there is nothing to do.
 */
export class QueryPool {
  readonly #deps: PoolDependencies;
  readonly #limits: PoolLimits;
  readonly #queue = new JobQueue<Asked>();
  readonly #streaming = new Map<number, Asked>();
  #worker: Worker | undefined;
  #running: Asked | undefined;
  #ids = 0;
  #idle: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(deps: PoolDependencies) {
    this.#deps = deps;
    this.#limits = { deadlineMs: DEADLINE_MS, graceMs: GRACE_MS, idleMs: IDLE_MS, heapMb: MAX_HEAP_MB, ...deps.limits };
  }

  /** Whether the thread exists. */
  get isRunning(): boolean {
    return this.#worker !== undefined;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** Answers that are under way to their clients. */
  get streaming(): number {
    return this.#streaming.size;
  }

  /**
   * The answer to a job. It resolves when the answer is computed; its chunks arrive as fast as the client reads them.
   * @param signal aborts when the client has left: the job is dropped at whatever stage it is
   * @param narrow what a client can do if the answer is too expensive
   * @throws {Problem} the query's own problems, `TOO_EXPENSIVE` after the deadline, `UNAVAILABLE` if too many queries wait
   */
  async ask(job: Job, signal: AbortSignal, narrow?: Narrow): Promise<Answer> {
    if (this.#closed) throw unavailable('The projector is stopping.');
    if (this.#queue.length >= MAX_WAITING || this.#streaming.size >= MAX_STREAMS) {
      this.#deps.metrics.refused.inc({ reason: 'busy' });
      throw unavailable(`${String(MAX_WAITING)} expensive queries wait already; try again.`);
    }
    const id = ++this.#ids;
    const asked: Asked = {
      id,
      job,
      narrow,
      queuedAt: performance.now(),
      stream: new AnswerStream(() => this.#taken(asked)),
      answered: Promise.withResolvers(),
      timer: undefined,
      startedAt: 0,
      dropped: false,
    };
    const leave = (): void => this.#leave(asked);
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    else {
      this.#queue.push(asked);
      this.#next();
    }
    return asked.answered.promise;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idle);
    await this.#worker?.terminate();
  }

  #next(): void {
    const { metrics } = this.#deps;
    if (this.#running === undefined) {
      const asked = this.#queue.next(performance.now());
      if (asked !== undefined) this.#run(asked);
    }
    metrics.waiting.set(this.#queue.length);
    metrics.busy.set(this.#running === undefined ? 0 : 1);
    clearTimeout(this.#idle);
    if (this.#running !== undefined || this.#streaming.size > 0 || this.#worker === undefined) return;
    this.#idle = setTimeout(() => void this.#worker?.terminate(), this.#limits.idleMs).unref();
  }

  #run(asked: Asked): void {
    this.#running = asked;
    asked.startedAt = performance.now();
    asked.timer = setTimeout(() => this.#overdue(asked), this.#limits.deadlineMs);
    this.#tell({ kind: 'ask', id: asked.id, job: asked.job });
  }

  #overdue(asked: Asked): void {
    this.#deps.metrics.refused.inc({ reason: 'deadline' });
    this.#deps.logger.warn({ route: asked.job.route, graph: asked.job.graph }, 'a query took too long and was dropped');
    asked.answered.reject(tooExpensive(`the answer was not there within ${String(this.#limits.deadlineMs / 1000)} s`, asked.narrow));
    this.#drop(asked);
  }

  /** The client has left. */
  #leave(asked: Asked): void {
    asked.answered.reject(new Problem(503, 'UNAVAILABLE', 'The client has left.'));
    if (this.#queue.remove(asked)) this.#next();
    else if (this.#running === asked) this.#drop(asked);
    else if (this.#streaming.has(asked.id)) this.#cut(asked, 'the client has left');
  }

  /** Tells the thread to end its present job. If the thread does not do so in time, ends the thread. */
  #drop(asked: Asked): void {
    asked.dropped = true;
    this.#tell({ kind: 'cancel', id: asked.id });
    clearTimeout(asked.timer);
    asked.timer = setTimeout(() => void this.#worker?.terminate(), this.#limits.graceMs);
  }

  #cut(asked: Asked, why: string): void {
    this.#tell({ kind: 'cancel', id: asked.id });
    asked.stream.fail(new Error(why));
    this.#finish(asked);
  }

  #taken(asked: Asked): void {
    if (!this.#streaming.has(asked.id)) return;
    this.#tell({ kind: 'more', id: asked.id });
    this.#awaitTaking(asked);
  }

  #awaitTaking(asked: Asked): void {
    clearTimeout(asked.timer);
    asked.timer = setTimeout(() => this.#cut(asked, 'the client takes nothing'), STALLED_MS).unref();
  }

  #tell(message: ToThread): void {
    (this.#worker ?? this.#start()).postMessage(message);
  }

  #start(): Worker {
    const worker = new Worker(new URL('./query-thread.ts', import.meta.url), {
      workerData: { redisUrl: this.#deps.redisUrl },
      resourceLimits: { maxOldGenerationSizeMb: this.#limits.heapMb, maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.#worker = worker;
    worker.unref();
    worker.on('message', (message: FromThread) => this.#told(message));
    let error: Error | undefined;
    worker.on('error', (thrown: unknown) => (error = thrown instanceof Error ? thrown : new Error(String(thrown))));
    worker.on('exit', () => this.#lost(error));
    return worker;
  }

  /** The thread has ended: it had nothing to do, did not drop a job, or has failed. */
  #lost(error: Error | undefined): void {
    this.#worker = undefined;
    if (error !== undefined) this.#deps.logger.error({ err: error, route: this.#running?.job.route }, 'the query thread has failed');
    const asked = this.#running;
    if (asked !== undefined) {
      const isMemory = error !== undefined && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      if (isMemory) this.#deps.metrics.refused.inc({ reason: 'memory' });
      asked.answered.reject(
        isMemory
          ? tooExpensive('the answer takes more memory than there is for it', asked.narrow)
          : unavailable('The query was ended; try again.'),
      );
      this.#finish(asked, 'dropped');
    }
    for (const streaming of [...this.#streaming.values()]) {
      streaming.stream.fail(new Error('the query thread has ended'));
      this.#finish(streaming);
    }
  }

  #told(message: FromThread): void {
    const asked = this.#running?.id === message.id ? this.#running : this.#streaming.get(message.id);
    if (asked === undefined) return; // its client has left
    if (asked.dropped) {
      this.#finish(asked, 'dropped');
      return;
    }
    switch (message.kind) {
      case 'answering':
        this.#streaming.set(asked.id, asked);
        asked.answered.resolve({ asOf: message.asOf, tag: message.tag, chunks: asked.stream });
        this.#finish(asked, 'ok');
        this.#awaitTaking(asked);
        return;
      case 'chunk':
        asked.stream.push(message.bytes);
        return;
      case 'end':
        asked.stream.end();
        this.#finish(asked);
        return;
      case 'refused':
        if (message.problem.code === 'TOO_EXPENSIVE') this.#deps.metrics.refused.inc({ reason: 'budget' });
        this.#fail(asked, problemFrom(message.problem), 'refused');
        return;
      case 'failed':
        this.#deps.logger.error({ route: asked.job.route, reason: message.reason }, 'a query has failed');
        this.#fail(asked, new Error('a query has failed in its thread'), 'failed');
        return;
    }
  }

  #fail(asked: Asked, error: Error, result: string): void {
    asked.answered.reject(error);
    asked.stream.fail(error);
    this.#finish(asked, result);
  }

  /** The thread no longer computes the job (`result` says how that ended), or the transfer of its answer has ended. */
  #finish(asked: Asked, result?: string): void {
    clearTimeout(asked.timer);
    if (this.#running === asked) {
      this.#running = undefined;
      this.#deps.metrics.duration.observeMs(performance.now() - asked.startedAt, { result: result ?? 'dropped' });
    } else {
      this.#streaming.delete(asked.id);
    }
    this.#next();
  }
}

function problemFrom({ status, code, detail, extra }: PlainProblem): Problem {
  return new Problem(status, code, detail, extra);
}
