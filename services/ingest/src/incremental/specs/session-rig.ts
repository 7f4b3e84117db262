import { setTimeout as wait } from 'node:timers/promises';
import { stateDigest } from '@graphtail/facts';
import { Jobs, openLog } from '@graphtail/log';
import { createLogger, createRegistry, type Logger } from '@graphtail/runtime';
import { eventually } from '../../../../../tests/support/eventually.ts';
import type { AnalysisThreads } from '../../analysis/index.ts';
import { GraphSession, type SessionOptions } from '../../session/graph-session.ts';
import { createMetrics } from '../../metrics.ts';
import { differences, freshState } from './fresh-state.ts';
import { LogFold } from './log-fold.ts';
import { WorkTree } from './work-tree.ts';

/** Long enough that only the watcher's word counts. */
const NEVER_MS = 3_600_000;
/** The watcher hands over at the latest after half a second, the session's burst after another quarter. */
const QUIET_MS = 1_000;

export type SessionRigOptions = Pick<SessionOptions, 'root' | 'redis' | 'threads' | 'watchRoot' | 'lookMs'> & {
  readonly graph?: string;
  readonly logger?: Logger;
};

/** A session that follows a folder into a log, and what it should say. Nothing is found by looking unless `lookMs` is given. */
export class SessionRig {
  readonly tree: WorkTree;
  readonly fold: LogFold;
  readonly #threads: AnalysisThreads;
  readonly #session: GraphSession;
  readonly #metrics = createRegistry();

  constructor({ graph = 'g', lookMs = NEVER_MS, logger = createLogger('ingest', 'silent'), ...options }: SessionRigOptions) {
    const { root, redis, threads } = options;
    this.tree = new WorkTree(root);
    this.fold = new LogFold(openLog(redis, graph));
    this.#threads = threads;
    this.#session = new GraphSession({
      ...options,
      graph,
      lookMs,
      jobs: new Jobs(redis),
      metrics: createMetrics(this.#metrics),
      logger,
      watch: true,
    });
    this.#session.start();
  }

  /**
   * Awaits that the log says what a fresh analysis of the folder says; gives back the milliseconds that it took once that was known.
   * @throws {Error} which says in what they differ
   */
  async inStep(withinMs = 20_000): Promise<number> {
    const fresh = await freshState(this.tree.root, this.#threads);
    const expected = stateDigest(fresh);
    const began = performance.now();
    try {
      await eventually(async () => (await this.fold.digest()) === expected, withinMs);
    } catch {
      throw new Error(`the log says something else than a fresh analysis:\n${differences(this.fold.state, fresh).join('\n')}`);
    }
    if (this.fold.wrongAnalyses.length > 0) throw new Error('an analysis says another state digest than its facts lead to');
    if (this.fold.state.anomalies > 0) throw new Error('facts were appended about what is not there');
    return performance.now() - began;
  }

  /** Awaits that nothing more is appended: for longer than the watcher may hold back what it was told. */
  async quiet(): Promise<void> {
    for (let before = -1; before !== this.fold.facts.length;) {
      before = this.fold.facts.length;
      await wait(QUIET_MS);
      await this.fold.digest();
    }
  }

  /** What a metric of the session's graph says. */
  async metric(name: string): Promise<number | undefined> {
    return (await this.#metrics.getSingleMetric(name)?.get())?.values[0]?.value;
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}
