import type { DiscoveredFile } from '@graphtail/analysis';
import type { NewFact } from '@graphtail/facts';
import type { Job } from '@graphtail/log';
import type { Logger } from '@graphtail/runtime';
import { allGroups, eagerGroups } from './difference/whole-difference.ts';
import type { IngestMetrics } from './metrics.ts';
import type { GitPlace } from './git/git-place.ts';
import { Progress } from './progress.ts';
import { ViewReloaded, type Publisher } from './publisher.ts';
import type { RuleBook } from './rules/rule-book.ts';
import type { RootAccess } from './session/root-access.ts';
import type { SourceModel } from './source-model.ts';
import type { GraphView } from './view.ts';

export type AnalysisParts = {
  readonly graph: string;
  readonly root: string;
  readonly view: GraphView;
  readonly publisher: Publisher;
  readonly source: SourceModel;
  readonly rootAccess: RootAccess;
  readonly git: GitPlace;
  readonly rules: RuleBook;
  readonly metrics: IngestMetrics;
  readonly logger: Logger;
};

type Tell = (...step: Parameters<Progress['fact']>) => void;
type AnalysisFact = Extract<NewFact, { entity_type: 'analysis' }>;
type Told = { [F in AnalysisFact as F['event_type']]: Pick<F, 'event_type' | 'data'> }[AnalysisFact['event_type']];

/** An announced analysis. It appends a start fact, progress, the difference, and an end fact: completed, cancelled or failed. */
export class AnalysisRun {
  readonly #job: Job;
  readonly #parts: AnalysisParts;
  readonly #progress: Progress;
  readonly #cancelling = new AbortController();
  #failure: string | undefined;

  constructor(job: Job, parts: AnalysisParts) {
    this.#job = job;
    this.#parts = parts;
    this.#progress = new Progress(job.analysis_id);
  }

  /** Why the analysis failed. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Ends the analysis. The facts that it has appended so far stay, and the log says that it was cancelled. */
  cancel(): void {
    this.#cancelling.abort();
  }

  /** @throws {ViewReloaded} if the analysis has to be repeated. If `stopped` is aborted, it rejects without appending an end fact. */
  async run(stopped: AbortSignal): Promise<'completed' | 'cancelled' | 'failed'> {
    const { graph, root, logger, metrics } = this.#parts;
    const { analysis_id } = this.#job;
    try {
      await this.#do(AbortSignal.any([stopped, this.#cancelling.signal]));
      return 'completed';
    } catch (error) {
      if (error instanceof ViewReloaded || stopped.aborted) throw error;
      const cancelled = this.#cancelling.signal.aborted;
      const event_type = cancelled ? 'analysis_cancelled' : 'analysis_failed';
      // The log must not reveal the root's path on this machine.
      const reason = cancelled ? 'cancelled on request' : (error as Error).message.replaceAll(root, '.');
      if (!cancelled) {
        metrics.failures.inc({ graph });
        this.#failure = reason;
      }
      await this.#tell({ event_type, data: { analysis_id, reason } }, stopped);
      logger.warn({ analysis_id, reason, err: cancelled ? undefined : error }, event_type);
      return cancelled ? 'cancelled' : 'failed';
    }
  }

  async #do(signal: AbortSignal): Promise<void> {
    const { view, source, rootAccess, git, rules, logger } = this.#parts;
    const { analysis_id, reason } = this.#job;
    const started = performance.now();
    await view.catchUp(signal);
    await rootAccess.look();
    const [files, before] = await Promise.all([source.discover(signal), git.read()]);
    await this.#tell(
      { event_type: 'analysis_started', data: { analysis_id, reason, files_total: files.length, ...(before && { git: before }) } },
      signal,
    );
    await this.#read(files, signal);
    if (this.#job.reset) await this.#reset(signal);
    await this.#link(signal);
    await rootAccess.look(); // if it went meanwhile, its files seem to be deleted
    const changes = await this.#append(signal);
    await rules.tell(this.#parts, undefined, signal);
    const now = await git.read();
    const duration_ms = Math.round(performance.now() - started);
    const files_failed = source.failedCount;
    const counts = {
      node_count: view.nodeCount,
      relationship_count: view.relationshipCount,
      changes,
      files_failed,
      ...source.passedOver.summary(),
    };
    const result = { ...counts, duration_ms, state_digest: view.digest, ...(now && { git: now }) };
    await this.#tell({ event_type: 'analysis_completed', data: { analysis_id, reason, ...result } }, signal);
    git.told(now);
    logger.info({ analysis_id, ...counts, duration_ms }, 'analysis completed');
  }

  async #reset(signal: AbortSignal): Promise<void> {
    const { graph, publisher } = this.#parts;
    const { reason } = this.#job;
    const fact: NewFact = { event_type: 'graph_reset', entity_type: 'graph', entity_id: graph, data: { reason } };
    await publisher.publish(() => [[fact]], signal);
  }

  async #read(files: readonly DiscoveredFile[], signal: AbortSignal): Promise<void> {
    const { source } = this.#parts;
    await this.#telling(signal, (tell) =>
      source.read(files, { force: this.#job.force }, signal, (done, total, file) => tell('parsing', done, total, file)),
    );
  }

  /** For an empty log this does not link: there is nothing to compare and to delete, so files are appended as soon as they are linked. */
  async #link(signal: AbortSignal): Promise<void> {
    const { source, view } = this.#parts;
    const total = source.fileCount;
    await this.#telling(signal, async (tell) => {
      tell('resolving', 0, total, '');
      if (!view.isEmpty) await source.link(signal, (done) => tell('resolving', Math.min(done, total), total, ''));
    });
  }

  /** Runs `work` and appends its progress meanwhile. The next progress fact waits until the last one is acknowledged. */
  async #telling(signal: AbortSignal, work: (tell: Tell) => Promise<unknown>): Promise<void> {
    let telling: Promise<unknown> | undefined;
    try {
      await work((...step) => {
        const fact = telling === undefined ? this.#progress.fact(...step) : undefined;
        if (fact === undefined) return;
        telling = this.#parts.publisher
          .publish(() => [[fact]], signal)
          .catch(() => undefined) // the next append meets the same error and reports it
          .finally(() => (telling = undefined));
      });
    } finally {
      await telling; // one append at a time: the caller may append next
    }
  }

  async #append(signal: AbortSignal): Promise<number> {
    const { publisher, source, view } = this.#parts;
    let changes = 0;
    const total = source.fileCount;
    const groups = async function* (progress: Progress): AsyncGenerator<readonly NewFact[]> {
      changes = 0;
      let done = 0;
      for await (const group of view.isEmpty ? eagerGroups(view, source, signal) : allGroups(view, source, signal)) {
        changes += group.length;
        yield group;
        const fact = progress.fact('appending', Math.min(++done, total), total, fileOf(group));
        if (fact !== undefined) yield [fact];
      }
    };
    await publisher.publish(() => groups(this.#progress), signal);
    return changes;
  }

  #tell(fact: Told, signal: AbortSignal): Promise<number> {
    const whole = { ...fact, entity_type: 'analysis', entity_id: this.#job.analysis_id } as AnalysisFact;
    return this.#parts.publisher.publish(() => [[whole]], signal);
  }
}

function fileOf(group: readonly NewFact[]): string {
  const first = group[0];
  return first?.entity_type === 'node' || first?.entity_type === 'relationship' ? first.data.file_path : '';
}
