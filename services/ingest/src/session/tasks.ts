import { randomUUID } from 'node:crypto';
import type { AnalysisThreads } from '@graphtail/analysis';
import { seqOf, type NewFact } from '@graphtail/facts';
import {
  NotReplicated,
  Snapshots,
  isRedisAway,
  openLog,
  pause,
  type Appended,
  type Damage,
  type FactLog,
  type Job,
  type Jobs,
} from '@graphtail/log';
import type { Complaint, Logger } from '@graphtail/runtime';
import type { Redis } from 'ioredis';
import { AnalysisRun } from '../analysis-run.ts';
import type { Difference } from '../difference/file-difference.ts';
import { allGroups, groupsFor, wholeDifference } from '../difference/whole-difference.ts';
import { GitPlace } from '../git/git-place.ts';
import type { IngestMetrics } from '../metrics.ts';
import { Publisher, ViewReloaded } from '../publisher.ts';
import { RuleBook } from '../rules/rule-book.ts';
import { SourceModel } from '../source-model.ts';
import { GraphView } from '../view.ts';
import { BULK_FILES } from '../watcher.ts';
import { REASONS, type Compared, type EventOf } from './model.ts';
import { RootAccess, RootUnreadable, isAboutRoot } from './root-access.ts';

/**
 * If a save may change the output of more files than this, its facts are announced as an analysis. Up to this number, appending
 * them takes less time than the comparison of an analysis.
 */
const BULK_TOUCHED = 500;
/** The first pause after an error is as long as the pause after this many failures in a row. */
const FIRST_PAUSE = 4;
/** If damage is still there after an attempt to mend it, the next attempt follows this many milliseconds after the last one. */
const MEND_MS = 30_000;

export type TasksOptions = {
  readonly graph: string;
  readonly root: string;
  readonly redis: Redis;
  readonly jobs: Jobs;
  readonly threads: AnalysisThreads;
  readonly metrics: IngestMetrics;
  readonly logger: Logger;
  /** A separate connection for appends that wait for replicas, so that no other command waits. Default: only the master acknowledges. */
  readonly replicated?: { readonly redis: Redis; readonly replicas: number } | undefined;
};

/**
 * What a session can do, one task at a time. Each task resolves to the event that says how it ended. It rejects if it fails, and with
 * the signal's reason if it is aborted.
 */
export class Tasks {
  readonly #options: TasksOptions;
  readonly #log: FactLog;
  readonly #view: GraphView;
  readonly #publisher: Publisher;
  readonly #source: SourceModel;
  readonly #root: RootAccess;
  readonly #git: GitPlace;
  readonly #rules: RuleBook;
  #analysis: AnalysisRun | undefined;
  #appendFails = false;
  /** Why the log is not in step with the source; undefined if the last comparison or analysis was completed. */
  #failure: string | undefined;
  /** Damage that the analysis under way mends by appending the lost facts again. */
  #mending: readonly Damage[] = [];
  #mendDueAt = 0;

  constructor(options: TasksOptions) {
    const { graph, redis, root, threads, metrics, replicated, logger } = options;
    this.#options = options;
    this.#log = openLog(redis, graph);
    const snapshots = new Snapshots(redis, this.#log, (asOf, reason) => logger.warn({ as_of: asOf, reason }, 'snapshot is not usable'));
    this.#view = new GraphView(this.#log, snapshots);
    this.#publisher = new Publisher(
      replicated === undefined ? this.#log : openLog(replicated.redis, graph),
      this.#view,
      (batch) => this.#acknowledged(batch),
      (error) => this.#refused(error),
      replicated?.replicas,
    );
    this.#source = new SourceModel(root, threads, metrics);
    this.#git = new GitPlace(root);
    this.#root = new RootAccess(root, {
      reason: () => (this.#view.analysis?.event_type === 'analysis_failed' ? this.#view.analysis.data.reason : undefined),
      tell: (reason, abort) => this.#tellFailed(reason, abort),
    });
    this.#rules = new RuleBook(root, logger);
  }

  /** What keeps the log from being in step with the source at the moment. */
  get complaints(): readonly Complaint[] {
    const { graph, root } = this.#options;
    const { refused } = this.#publisher;
    const found: Complaint[] = [];
    if (refused !== undefined)
      found.push({ code: 'appends_stalled', graph, since: refused.since, message: `facts wait to be appended: ${refused.error.message}` });
    if (this.#root.why !== undefined)
      found.push({ code: 'root_unreadable', graph, message: `${root} can't be analysed: ${this.#root.why}` });
    else if (this.#failure !== undefined)
      found.push({ code: 'analysis_failed', graph, message: `the log is not in step with ${root}: ${this.#failure}` });
    return found;
  }

  /** Whether a change of this path may concern other files: it decides which files count, or it is a folder. */
  concernsOthers(path: string): boolean {
    return this.#source.concernsOthers(path);
  }

  /**
   * Looks for a new epoch, damage, or another commit. In a new epoch, the view may hold facts that the log has lost.
   * @returns undefined if there is none of these (damage counts if it is due for mending), or before the view's first fold
   */
  async checkLog(): Promise<EventOf<'epoch_stepped' | 'damage_found' | 'commit_moved'> | undefined> {
    const { position } = this.#view;
    if (position === undefined) return undefined;
    if ((await this.#log.state()).epoch !== position.epoch) return { kind: 'epoch_stepped' };
    if (performance.now() >= this.#mendDueAt && (await this.#log.damage.isUnmended())) return { kind: 'damage_found' };
    return this.#git.look() ? { kind: 'commit_moved' } : undefined;
  }

  /** Folds the log into the view as every other reader does. An analysis then appends the facts of damaged batches again. */
  async foldWhole(signal: AbortSignal): Promise<EventOf<'folded'>> {
    this.#mendDueAt = performance.now() + MEND_MS;
    await this.#view.foldWhole(signal);
    this.#mending = (await this.#log.damage.list()).filter(({ mendedAt }) => mendedAt === undefined);
    const batches = this.#mending.map(({ through }) => through);
    this.#options.logger.warn({ batches }, 'batches of the log are damaged; appending again what they had said');
    return { kind: 'folded', result: { analysisId: randomUUID(), reset: this.#view.incomplete } };
  }

  async fetchJob(): Promise<EventOf<'fetched'>> {
    return { kind: 'fetched', job: await this.#options.jobs.next(this.#options.graph) };
  }

  async judge(signal: AbortSignal): Promise<EventOf<'judged'>> {
    if ((await this.#view.catchUp(signal)) === 'reloaded') throw new ViewReloaded();
    return { kind: 'judged' };
  }

  /**
   * Appends the difference between log and source if it is small.
   * @param everything compares all files, not only files that changed since the last comparison
   */
  async compare(everything: boolean, signal: AbortSignal): Promise<EventOf<'compared'>> {
    await this.#root.check(signal);
    // A new process reads the source while it folds the log: neither needs the other.
    const isNew = this.#source.fileCount === 0 && seqOf((await this.#log.state()).head) > 0;
    const [caughtUp, prepared] = await Promise.allSettled([this.#view.catchUp(signal), isNew ? this.#bringUp(signal) : undefined]);
    if (caughtUp.status === 'rejected') throw caughtUp.reason;
    if (prepared.status === 'rejected') throw prepared.reason;
    const reloaded = caughtUp.value === 'reloaded';
    const owed = this.#owed();
    if (this.#view.nodeCount === 0 || this.#view.incomplete) {
      return compared({ size: 'bulk', touched: 0, first: !this.#view.incomplete, owed, reset: this.#view.incomplete });
    }
    const touched = prepared.value ?? (await this.#bringUp(signal));
    if (touched === 'many') return compared({ size: 'bulk', touched: BULK_FILES, first: false, owed, reset: false });
    if (owed !== undefined) return compared({ size: 'bulk', touched, first: false, owed, reset: false });
    let difference: Difference | undefined;
    // A view that was folded again may lack facts that were appended long ago.
    if (everything || reloaded) difference = await wholeDifference(this.#view, this.#source, signal);
    else if (touched <= BULK_FILES) difference = await this.#source.touched(signal);
    const isBulk = difference === undefined || difference.size > BULK_FILES;
    if (!isBulk) {
      await this.#root.check(signal); // if it went meanwhile, its files seem to be deleted
      await this.#publish(difference!, signal);
      this.#failure = undefined;
      if (this.#git.isUntold) await this.#tellCommit(signal);
    }
    return compared({ size: isBulk ? 'bulk' : 'appended', touched, first: false, owed, reset: false });
  }

  /** Why an analysis has to follow although little may differ: otherwise one that was not completed would stay the log's last word. */
  #owed(): Compared['owed'] {
    const { analysis } = this.#view;
    switch (analysis?.event_type) {
      case 'analysis_failed':
        return isAboutRoot(analysis.data.reason) ? 'back' : 'unended';
      case 'analysis_started':
      case 'analysis_progress':
        return 'unended';
      default:
        return undefined;
    }
  }

  /**
   * Brings the source's model up to date.
   * @returns how many files may have other output, or that so many were written since the last time that reading them is an analysis
   */
  async #bringUp(signal: AbortSignal): Promise<number | 'many'> {
    const files = await this.#source.discover(signal);
    if (this.#source.fileCount > 0 && this.#source.outdated(files) > BULK_FILES) return 'many';
    await this.#source.read(files, { force: false }, signal);
    return this.#source.link(signal);
  }

  async append(paths: ReadonlySet<string>, signal: AbortSignal): Promise<EventOf<'appended'>> {
    const appended = (size: 'appended' | 'bulk'): EventOf<'appended'> => ({ kind: 'appended', result: { size, analysisId: randomUUID() } });
    if (paths.size > BULK_FILES) return appended('bulk');
    await this.#source.reread(paths, signal);
    const touched = await this.#source.link(signal);
    await this.#root.check(signal); // if the root is gone, the watcher reports its files as deleted
    if (touched > BULK_TOUCHED) return appended('bulk');
    await this.#publish(await this.#source.touched(signal), signal);
    return appended('appended');
  }

  /**
   * @param requested if true, the job is removed from the graph's list after the analysis has ended
   * @throws {RootUnreadable} if the analysis failed because the root can't be read
   */
  async analyse(job: Job, requested: boolean, signal: AbortSignal): Promise<EventOf<'analysed'>> {
    const { graph, root, metrics, logger, jobs } = this.#options;
    const parts = {
      graph,
      root,
      view: this.#view,
      publisher: this.#publisher,
      source: this.#source,
      rootAccess: this.#root,
      git: this.#git,
      rules: this.#rules,
      metrics,
      logger,
    };
    this.#analysis = new AnalysisRun(job, parts);
    try {
      const end = await this.#analysis.run(signal);
      if (requested) await jobs.done(graph, job);
      if (end !== 'cancelled') {
        this.#failure = this.#analysis.failure;
        // As after any other error, the session tries again soon: the next look at the files may be half a minute away.
        if (end === 'failed' && this.#root.why !== undefined) throw new RootUnreadable('the folder could not be read during the analysis');
      }
      if (end === 'completed') await this.#log.damage.mended(this.#mending, this.#view.position!.head);
      this.#mending = [];
      return { kind: 'analysed', end };
    } finally {
      this.#analysis = undefined;
    }
  }

  /** Ends the analysis that is under way. The facts that it has appended so far stay. */
  cancel(): void {
    this.#analysis?.cancel();
  }

  /** Looks for changes that the watcher did not report. */
  async look(isWatched: boolean, signal: AbortSignal): Promise<EventOf<'looked'>> {
    try {
      const files = await this.#source.discover(signal);
      return { kind: 'looked', outdated: !isWatched || this.#source.outdated(files) > 0 };
    } catch {
      return { kind: 'looked', outdated: true }; // the comparison meets the same error and reports it
    }
  }

  /** Logs and counts why a task failed. */
  explain(error: Error, failures: number): EventOf<'failed'> {
    const { graph, metrics, logger } = this.#options;
    this.#mending = []; // a view that was folded again may begin at a snapshot
    if (error instanceof ViewReloaded) {
      logger.warn('the log had lost facts; comparing everything with the source again');
      metrics.reloads.inc({ graph });
      return { kind: 'failed', why: 'reloaded' };
    }
    metrics.failures.inc({ graph });
    if (error instanceof RootUnreadable) return { kind: 'failed', why: 'error' };
    if (!isRedisAway(error)) this.#failure = error.message;
    logger.error({ err: error, attempt: failures }, 'could not bring the log in step with the source; trying again');
    return { kind: 'failed', why: 'error' };
  }

  async wait(failures: number, signal: AbortSignal): Promise<EventOf<'recovered'>> {
    await pause(FIRST_PAUSE + failures, signal);
    return { kind: 'recovered' };
  }

  close(): void {
    this.#source.close();
  }

  async #tellFailed(reason: string, signal: AbortSignal): Promise<void> {
    const analysis_id = randomUUID();
    const fact: NewFact = { event_type: 'analysis_failed', entity_type: 'analysis', entity_id: analysis_id, data: { analysis_id, reason } };
    await this.#publisher.publish(() => [[fact]], signal);
    this.#options.logger.info({ analysis_id, reason }, 'analysis_failed'); // a trouble warns of it
  }

  /** Says that the state as it is now belongs to another commit: an analysis that changed nothing. */
  async #tellCommit(signal: AbortSignal): Promise<void> {
    const git = await this.#git.read();
    if (git === undefined) return;
    const analysis_id = randomUUID();
    const about = { analysis_id, reason: REASONS.committed };
    const of = { entity_type: 'analysis', entity_id: analysis_id } as const;
    const facts = (): NewFact[] => [
      { ...of, event_type: 'analysis_started', data: { ...about, files_total: this.#source.fileCount, git } },
      { ...of, event_type: 'analysis_completed', data: { ...about, ...this.#figures(), git } },
    ];
    await this.#publisher.publish(() => [facts()], signal);
    this.#git.told(git);
  }

  #figures() {
    const { nodeCount: node_count, relationshipCount: relationship_count, digest: state_digest } = this.#view;
    const counts = { node_count, relationship_count, changes: 0, files_failed: this.#source.failedCount };
    return { ...counts, ...this.#source.passedOver.summary(), duration_ms: 0, state_digest };
  }

  /** Appends the difference. Another producer's facts may be about any file, so after a conflict everything is compared. */
  async #publish(difference: Difference, signal: AbortSignal): Promise<void> {
    let known: Difference | undefined = difference;
    let attempts = 0;
    await this.#publisher.publish(() => {
      attempts++;
      const groups = known === undefined ? allGroups(this.#view, this.#source, signal) : groupsFor(this.#view, known, signal);
      known = undefined;
      return groups;
    }, signal);
    await this.#rules.tell({ view: this.#view, publisher: this.#publisher }, attempts > 1 ? undefined : difference.keys(), signal);
  }

  #acknowledged(batch: Appended): void {
    const { graph, metrics, logger } = this.#options;
    metrics.appended(graph, batch);
    if (this.#appendFails) logger.info({ through: batch.through }, 'appends are acknowledged again');
    this.#appendFails = false;
  }

  #refused(error: Error): void {
    const { graph, metrics, logger } = this.#options;
    metrics.appendErrors.inc({ graph, reason: error instanceof NotReplicated ? 'replicas' : 'redis' });
    if (!this.#appendFails) logger.warn({ err: error }, 'an append is not acknowledged; trying again until it is');
    this.#appendFails = true;
  }
}

function compared(result: Omit<Compared, 'analysisId'>): EventOf<'compared'> {
  return { kind: 'compared', result: { ...result, analysisId: randomUUID() } };
}
