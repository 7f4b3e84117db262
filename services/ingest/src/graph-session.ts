import { randomUUID } from 'node:crypto';
import type { NewFact } from '@graphtail/facts';
import { Snapshots, openLog, pause, type FactLog, type Job, type Jobs } from '@graphtail/log';
import type { Logger } from '@graphtail/runtime';
import type { Redis } from 'ioredis';
import { diffFile, type FileOutput } from './diff.ts';
import type { IngestMetrics } from './metrics.ts';
import { Progress } from './progress.ts';
import { Publisher, ViewReloaded } from './publisher.ts';
import { SourceModel, type ScanPhase } from './source-model.ts';
import type { ParserPool } from './analysis/index.ts';
import { GraphView } from './view.ts';
import { watchRoot, type Watcher } from './watcher.ts';

/** More changed files than this are announced like an analysis. */
const BULK_FILES = 50;
const LOOK_MS = 10_000;

export type SessionOptions = {
  readonly graph: string;
  readonly root: string;
  readonly redis: Redis;
  readonly jobs: Jobs;
  readonly pool: ParserPool;
  readonly metrics: IngestMetrics;
  readonly logger: Logger;
  readonly watch: boolean;
};

type Difference = ReadonlyMap<string, FileOutput>;

/**
 * One graph, as the worker that holds its lease looks after it: analyses the root, then follows its changes.
 * Everything it does is one task at a time; what is to be done is kept as marks, so that doing it twice is harmless.
 */
export class GraphSession {
  readonly #options: SessionOptions;
  readonly #logger: Logger;
  readonly #log: FactLog;
  readonly #view: GraphView;
  readonly #publisher: Publisher;
  readonly #source: SourceModel;
  readonly #stop = new AbortController();
  #changedPaths = new Set<string>();
  #scanReason: string | undefined = 'start';
  #jobWaits = true;
  #epochStepped = false;
  #working = false;
  #cancelling: AbortController | undefined;
  #wake: () => void = () => undefined;
  #ended: Promise<void> | undefined;
  #failures = 0;

  constructor(options: SessionOptions) {
    const { graph, redis, root, pool, metrics } = options;
    this.#options = options;
    this.#logger = options.logger.child({ graph });
    this.#log = openLog(redis, graph);
    const snapshots = new Snapshots(redis, this.#log, (asOf, reason) =>
      this.#logger.warn({ as_of: asOf, reason }, 'snapshot is not usable'),
    );
    this.#view = new GraphView(this.#log, snapshots);
    this.#publisher = new Publisher(
      this.#log,
      this.#view,
      (batch) => metrics.appended(graph, batch),
      () => metrics.appendErrors.inc({ graph }),
    );
    this.#source = new SourceModel(root, pool, metrics);
  }

  start(): void {
    this.#ended = this.#run();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#ended;
  }

  /** A job waits in the graph's list. */
  jobArrived(): void {
    this.#jobWaits = true;
    this.#wake();
  }

  /** Ends an analysis that is under way; what it has appended so far stays. */
  cancel(): void {
    this.#cancelling?.abort();
  }

  /** The log may have lost facts: compares the place of the view with the log. Called every second. */
  async checkLog(): Promise<void> {
    const position = this.#view.position;
    if (position === undefined || this.#working) return;
    const state = await this.#log.state();
    if (state.epoch === position.epoch) return;
    this.#epochStepped = true;
    this.#wake();
  }

  #rescan(reason: string): void {
    this.#scanReason ??= reason;
    this.#wake();
  }

  async #run(): Promise<void> {
    const { root, watch } = this.#options;
    const { signal } = this.#stop;
    const watcher = watch ? await this.#watch(root) : undefined;
    try {
      while (!signal.aborted) {
        const woken = new Promise<void>((resolve) => (this.#wake = resolve));
        const worked = await this.#work();
        if (!worked) await woken;
      }
    } finally {
      await watcher?.close();
    }
  }

  /** Where the system can't watch (too many folders, a network drive), the root is looked through every few seconds. */
  async #watch(root: string): Promise<Watcher> {
    try {
      return await watchRoot(root, (paths) => this.#onSaved(paths));
    } catch (error) {
      this.#logger.warn({ err: error }, `the system can't watch this root; looking through it every ${String(LOOK_MS / 1000)} s`);
      const timer = setInterval(() => this.#rescan('files changed'), LOOK_MS);
      return { close: () => Promise.resolve(clearInterval(timer)) };
    }
  }

  #onSaved(paths: ReadonlySet<string> | undefined): void {
    if (paths === undefined || [...paths].some((path) => this.#source.changesRules(path))) {
      this.#rescan('files changed');
      return;
    }
    for (const path of paths) this.#changedPaths.add(path);
    this.#wake();
  }

  /** Does one thing of what there is to do; false where there is nothing. */
  async #work(): Promise<boolean> {
    this.#working = true;
    try {
      const job = this.#jobWaits ? await this.#nextJob() : undefined;
      const task = this.#takeTask(job);
      if (task === undefined) return false;
      await task(this.#stop.signal);
      if (job !== undefined) await this.#options.jobs.done(this.#options.graph, job);
      this.#failures = 0;
    } catch (error) {
      if (this.#stop.signal.aborted) return false;
      await this.#recover(error as Error);
    } finally {
      this.#working = false;
    }
    return true;
  }

  /** After an error the source is compared with the log again, which repeats whatever was under way. */
  async #recover(error: Error): Promise<void> {
    if (error instanceof ViewReloaded) {
      this.#logger.warn('the log had lost facts; comparing everything with the source again');
      this.#options.metrics.reloads.inc({ graph: this.#options.graph });
      this.#rescan('the log lost facts');
    } else {
      this.#options.metrics.failures.inc({ graph: this.#options.graph });
      this.#logger.error({ err: error, attempt: this.#failures }, 'could not bring the log in step with the source; trying again');
      this.#rescan('trying again after an error');
      await pause(4 + this.#failures++, this.#stop.signal).catch(() => undefined);
    }
  }

  async #nextJob(): Promise<Job | undefined> {
    this.#jobWaits = false;
    const job = await this.#options.jobs.next(this.#options.graph);
    this.#jobWaits = job !== undefined;
    return job;
  }

  #takeTask(job: Job | undefined): ((signal: AbortSignal) => Promise<void>) | undefined {
    if (job !== undefined) {
      this.#scanReason = undefined;
      return (signal) => this.#analyze(job, signal);
    }
    if (this.#epochStepped) {
      this.#epochStepped = false;
      return (signal) => this.#judgeView(signal);
    }
    const reason = this.#scanReason;
    if (reason !== undefined) {
      this.#scanReason = undefined;
      this.#changedPaths.clear();
      return (signal) => this.#reconcile(reason, signal);
    }
    if (this.#changedPaths.size > 0) {
      const paths = this.#changedPaths;
      this.#changedPaths = new Set();
      return (signal) => this.#appendChanges(paths, signal);
    }
    return undefined;
  }

  async #judgeView(signal: AbortSignal): Promise<void> {
    if ((await this.#view.catchUp(signal)) === 'reloaded') throw new ViewReloaded();
  }

  /** Brings the log in step with the source: silently where little differs, announced where much does. */
  async #reconcile(reason: string, signal: AbortSignal): Promise<void> {
    await this.#view.catchUp(signal);
    if (this.#view.nodeCount === 0) {
      await this.#analyze({ analysis_id: randomUUID(), reason: 'first analysis', force: false, reset: this.#view.incomplete }, signal);
      return;
    }
    await this.#source.scan({ force: false }, signal);
    const difference = this.#wholeDifference();
    if (difference.size > BULK_FILES) {
      await this.#analyze({ analysis_id: randomUUID(), reason, force: false, reset: this.#view.incomplete }, signal);
      return;
    }
    await this.#publisher.publish(() => this.#groups(this.#wholeDifference()), signal);
  }

  async #appendChanges(paths: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const touched = await this.#source.refresh(paths, signal);
    if (touched.size > BULK_FILES) {
      await this.#analyze({ analysis_id: randomUUID(), reason: 'bulk change', force: false, reset: false }, signal);
      return;
    }
    await this.#publisher.publish(() => this.#groups(touched), signal);
  }

  /** An announced analysis: started, progress, the difference, completed (or cancelled, or failed). */
  async #analyze(job: Job, stopped: AbortSignal): Promise<void> {
    const { analysis_id } = job;
    const cancelling = new AbortController();
    this.#cancelling = cancelling;
    const signal = AbortSignal.any([stopped, cancelling.signal]);
    const started = performance.now();
    const progress = new Progress(analysis_id);
    try {
      await this.#view.catchUp(signal);
      const files = await this.#source.discover(signal);
      await this.#tell({ event_type: 'analysis_started', data: { analysis_id, reason: job.reason, files_total: files.length } }, signal);
      const failed = await this.#scanAnnounced(job, progress, signal);
      const changes = await this.#appendAnnounced(job, progress, signal);
      await this.#tell(
        {
          event_type: 'analysis_completed',
          data: {
            analysis_id,
            reason: job.reason,
            node_count: this.#view.nodeCount,
            relationship_count: this.#view.relationshipCount,
            changes,
            files_failed: failed,
            duration_ms: Math.round(performance.now() - started),
            state_digest: this.#view.digest,
          },
        },
        signal,
      );
      this.#logger.info({ analysis_id, changes, failed, duration_ms: Math.round(performance.now() - started) }, 'analysis completed');
    } catch (error) {
      if (error instanceof ViewReloaded || stopped.aborted) throw error;
      const cancelled = cancelling.signal.aborted;
      const event_type = cancelled ? 'analysis_cancelled' : 'analysis_failed';
      const reason = cancelled ? 'cancelled on request' : (error as Error).message;
      if (!cancelled) this.#options.metrics.failures.inc({ graph: this.#options.graph });
      await this.#tell({ event_type, data: { analysis_id, reason } }, stopped);
      this.#logger.warn({ analysis_id, reason, err: cancelled ? undefined : error }, event_type);
    } finally {
      this.#cancelling = undefined;
    }
  }

  async #scanAnnounced(job: Job, progress: Progress, signal: AbortSignal): Promise<number> {
    let telling = Promise.resolve();
    let toldAll = true;
    const onProgress = (phase: ScanPhase, done: number, total: number, file: string): void => {
      if (!toldAll) return;
      const fact = progress.fact(phase, done, total, file);
      if (fact === undefined) return;
      toldAll = false;
      telling = this.#publisher
        .publish(() => [[fact]], signal)
        .then(
          () => undefined,
          () => undefined, // the next append meets the same trouble and says so
        )
        .finally(() => (toldAll = true));
    };
    const failed = await this.#source.scan({ force: job.force }, signal, onProgress);
    await telling;
    return failed;
  }

  async #appendAnnounced(job: Job, progress: Progress, signal: AbortSignal): Promise<number> {
    if (job.reset) {
      await this.#publisher.publish(
        () => [[{ event_type: 'graph_reset', entity_type: 'graph', entity_id: this.#options.graph, data: { reason: job.reason } }]],
        signal,
      );
    }
    let changes = 0;
    const total = this.#source.fileCount;
    const groups = (): Iterable<readonly NewFact[]> => {
      changes = 0;
      return withProgress(this.#groups(this.#wholeDifference()), (done, size, file) => {
        changes += size;
        return progress.fact('appending', Math.min(done, total), total, file);
      });
    };
    await this.#publisher.publish(groups, signal);
    return changes;
  }

  #tell(fact: { [K in NewFact as K['event_type']]: Pick<K, 'event_type' | 'data'> }[AnalysisEvent], signal: AbortSignal): Promise<number> {
    return this.#publisher.publish(() => [[{ ...fact, entity_type: 'analysis', entity_id: fact.data.analysis_id }]], signal);
  }

  /** The files in which source and log differ. */
  #wholeDifference(): Difference {
    const difference = new Map<string, FileOutput>();
    const gone = new Set(this.#view.files());
    for (const [path, output] of this.#source.outputs()) {
      gone.delete(path);
      const { removals, facts } = diffFile(this.#view, path, output);
      if (removals.length + facts.length > 0) difference.set(path, output);
    }
    for (const path of gone) difference.set(path, undefined);
    return difference;
  }

  *#groups(difference: Difference): Generator<readonly NewFact[]> {
    const remaining: (readonly NewFact[])[] = [];
    for (const [path, output] of difference) {
      const { removals, facts } = diffFile(this.#view, path, output);
      if (removals.length > 0) yield removals;
      remaining.push(facts);
    }
    yield* remaining;
  }
}

type AnalysisEvent = 'analysis_started' | 'analysis_completed' | 'analysis_failed' | 'analysis_cancelled';

function* withProgress(
  groups: Iterable<readonly NewFact[]>,
  progressOf: (done: number, size: number, file: string) => NewFact | undefined,
): Generator<readonly NewFact[]> {
  let done = 0;
  for (const group of groups) {
    yield group;
    const first = group[0];
    const file = first?.entity_type === 'node' || first?.entity_type === 'relationship' ? first.data.file_path : '';
    const fact = progressOf(++done, group.length, file);
    if (fact !== undefined) yield [fact];
  }
}
