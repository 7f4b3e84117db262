import { randomUUID } from 'node:crypto';
import { NotReplicated, Snapshots, openLog, pause, type Appended, type FactLog, type Job, type Jobs } from '@graphtail/log';
import type { Logger } from '@graphtail/runtime';
import type { Redis } from 'ioredis';
import { Analysis } from './analysis-run.ts';
import type { Difference } from './diff.ts';
import { allGroups, groupsFor, wholeDifference } from './difference.ts';
import type { IngestMetrics } from './metrics.ts';
import { Publisher, ViewReloaded } from './publisher.ts';
import { RootWatch } from './root-watch.ts';
import { SourceModel } from './source-model.ts';
import type { AnalysisThreads } from './analysis/index.ts';
import { GraphView } from './view.ts';
import { BULK_FILES, watchRoot, type WatchRoot } from './watcher.ts';

/** More files than a burst's bulk are announced like an analysis, and so is one file that so many others hang on; below that, their facts are there before an analysis would have compared everything. */
const BULK_TOUCHED = 500;
const LOOK_MS = 15_000;
/** Why the root is looked through, where nobody told of a change. */
const LOOKED = 'files changed that no watcher told of';

export type SessionOptions = {
  readonly graph: string;
  readonly root: string;
  readonly redis: Redis;
  readonly jobs: Jobs;
  readonly threads: AnalysisThreads;
  readonly metrics: IngestMetrics;
  readonly logger: Logger;
  readonly watch: boolean;
  /** Tells of changed files. Default: the operating system. */
  readonly watchRoot?: WatchRoot;
  /** How often the root is looked through for what no watcher told. Default: every 15 s. */
  readonly lookMs?: number;
  /** Where an append waits for replicas: on a connection that nothing else waits for. Default: the master alone acknowledges it. */
  readonly replicated?: { readonly redis: Redis; readonly replicas: number } | undefined;
};

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
  #watch: RootWatch | undefined;
  #watchAnew = false;
  /** What the source said at the last look has all been compared with the log: only what has changed since can differ. */
  #inStep = false;
  /** An analysis was cancelled: what it would have found is not looked for before somebody asks, or saves a file. */
  #resting = false;
  #lookingThrough = false;
  #analysis: Analysis | undefined;
  #wake: () => void = () => undefined;
  #ended: Promise<void> | undefined;
  #failures = 0;
  #appendFails = false;

  constructor(options: SessionOptions) {
    const { graph, redis, root, threads, metrics, replicated } = options;
    this.#options = options;
    this.#logger = options.logger.child({ graph });
    this.#log = openLog(redis, graph);
    const snapshots = new Snapshots(redis, this.#log, (asOf, reason) =>
      this.#logger.warn({ as_of: asOf, reason }, 'snapshot is not usable'),
    );
    this.#view = new GraphView(this.#log, snapshots);
    this.#publisher = new Publisher(
      replicated === undefined ? this.#log : openLog(replicated.redis, graph),
      this.#view,
      (batch) => this.#acknowledged(batch),
      (error) => this.#refused(error),
      replicated?.replicas,
    );
    this.#source = new SourceModel(root, threads, metrics);
  }

  get #lookMs(): number {
    return this.#options.lookMs ?? LOOK_MS;
  }

  #acknowledged(batch: Appended): void {
    const { graph, metrics } = this.#options;
    metrics.appended(graph, batch);
    if (this.#appendFails) this.#logger.info({ through: batch.through }, 'appends are acknowledged again');
    this.#appendFails = false;
  }

  #refused(error: Error): void {
    const { graph, metrics } = this.#options;
    metrics.appendErrors.inc({ graph, reason: error instanceof NotReplicated ? 'replicas' : 'redis' });
    if (!this.#appendFails) this.#logger.warn({ err: error }, 'an append is not acknowledged; trying again until it is');
    this.#appendFails = true;
  }

  start(): void {
    this.#ended = this.#run();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#ended;
    this.#source.close();
  }

  /** A job waits in the graph's list. */
  jobArrived(): void {
    this.#jobWaits = true;
    this.#wake();
  }

  /** Ends an analysis that is under way; what it has appended so far stays. */
  cancel(): void {
    this.#analysis?.cancel();
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

  /**
   * Looks for what no watcher told beside all else, so that no save waits for it. What is saved meanwhile looks like something
   * that was missed: then all is looked through once more, and that is no harm.
   */
  async #lookThrough(): Promise<void> {
    if (this.#resting || this.#lookingThrough) return;
    this.#lookingThrough = true;
    try {
      const files = await this.#source.discover(this.#stop.signal);
      const isDue = !this.#inStep || this.#watch?.isWatching !== true || this.#source.isOutdated(files);
      if (isDue && !this.#resting) this.#rescan(LOOKED);
    } catch {
      this.#rescan(LOOKED); // which meets the same trouble and says so
    } finally {
      this.#lookingThrough = false;
    }
  }

  async #run(): Promise<void> {
    const { graph, root, watch, metrics } = this.#options;
    const { signal } = this.#stop;
    if (watch) {
      this.#watch = new RootWatch({
        graph,
        root,
        watchRoot: this.#options.watchRoot ?? watchRoot,
        onChanged: (paths) => this.#onSaved(paths),
        lookMs: this.#lookMs,
        metrics,
        logger: this.#logger,
      });
      await this.#watch.keep(false);
    }
    const looking = watch ? setInterval(() => void this.#lookThrough(), this.#lookMs) : undefined;
    try {
      while (!signal.aborted) {
        const woken = new Promise<void>((resolve) => (this.#wake = resolve));
        const worked = await this.#work();
        if (!worked) await woken;
      }
    } finally {
      clearInterval(looking);
      await this.#watch?.close();
    }
  }

  #onSaved(paths: ReadonlySet<string> | undefined): void {
    if (paths === undefined || [...paths].some((path) => this.#source.concernsOthers(path))) {
      this.#watchAnew = true;
      this.#rescan('files changed');
      return;
    }
    // What is known of the other files may be what the cancelled analysis had got to.
    if (this.#resting) {
      this.#rescan('a file was saved after an analysis was cancelled');
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
    this.#inStep = false;
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
      this.#resting = false;
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
    const anew = this.#watchAnew;
    this.#watchAnew = false;
    await this.#watch?.keep(anew);
    // A view that was folded anew may lack facts that the source said long ago: then all is compared, not just what has changed.
    if ((await this.#view.catchUp(signal)) === 'reloaded') this.#inStep = false;
    if (this.#view.nodeCount === 0 || this.#view.incomplete) {
      await this.#analyze(newJob(this.#view.incomplete ? reason : 'first analysis', this.#view.incomplete), signal);
      if (anew && this.#view.nodeCount > 0) this.#watchAnewAgain();
      return;
    }
    await this.#source.read(await this.#source.discover(signal), { force: false }, signal);
    const touched = await this.#source.link(signal);
    if ((anew || reason === LOOKED) && touched > 0) this.#watchAnewAgain();
    let difference: Difference | undefined;
    if (!this.#inStep) difference = await wholeDifference(this.#view, this.#source, signal);
    else if (touched <= BULK_FILES) difference = await this.#source.touched(signal);
    if (difference === undefined || difference.size > BULK_FILES) {
      await this.#analyze(newJob(reason), signal);
      return;
    }
    await this.#publish(difference, signal);
    this.#inStep = true;
  }

  /**
   * A watch may have ended without a word, as where the root was moved away and back; and a folder that is made while the tree is being watched may be left out. From
   * when nothing new is found after watching anew, somebody tells.
   */
  #watchAnewAgain(): void {
    this.#watchAnew = true;
    this.#rescan('files changed');
  }

  async #appendChanges(paths: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    await this.#source.reread(paths, signal);
    const touched = await this.#source.link(signal);
    if (paths.size > BULK_FILES || touched > BULK_TOUCHED) {
      await this.#analyze(newJob('bulk change'), signal);
      return;
    }
    await this.#publish(await this.#source.touched(signal), signal);
  }

  /** Another producer's facts may be about any file: after a conflict everything is compared. */
  async #publish(difference: Difference, signal: AbortSignal): Promise<void> {
    let known: Difference | undefined = difference;
    await this.#publisher.publish(() => {
      const groups = known === undefined ? allGroups(this.#view, this.#source, signal) : groupsFor(this.#view, known, signal);
      known = undefined;
      return groups;
    }, signal);
  }

  /** Who cancels does not want it to begin anew because of what was saved meanwhile: that is found with the next save. */
  #rest(): void {
    this.#resting = true;
    this.#scanReason = undefined;
    this.#changedPaths.clear();
  }

  async #analyze(job: Job, signal: AbortSignal): Promise<void> {
    const { graph, root, metrics } = this.#options;
    this.#analysis = new Analysis(job, {
      graph,
      root,
      view: this.#view,
      publisher: this.#publisher,
      source: this.#source,
      metrics,
      logger: this.#logger,
    });
    this.#inStep = false;
    try {
      const end = await this.#analysis.run(signal);
      this.#inStep = end === 'completed';
      if (end === 'cancelled') this.#rest();
      else this.#resting = false;
    } finally {
      this.#analysis = undefined;
    }
  }
}

function newJob(reason: string, reset = false): Job {
  return { analysis_id: randomUUID(), reason, force: false, reset };
}
