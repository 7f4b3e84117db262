import { setTimeout as wait } from 'node:timers/promises';
import type { AnalysisThreads } from '@graphtail/analysis';
import { stateDigest } from '@graphtail/facts';
import { Jobs, openLog } from '@graphtail/log';
import { createLogger, createRegistry, type Logger } from '@graphtail/runtime';
import { eventually } from '../../../../../tests/support/eventually.ts';
import { GraphSession, type SessionOptions } from '../../session/graph-session.ts';
import { createMetrics } from '../../metrics.ts';
import { differences, freshState } from './fresh-state.ts';
import { LogFold } from './log-fold.ts';
import { WorkTree } from './work-tree.ts';

/** So long that no look happens during a spec: only the watcher reports changes. */
const NEVER_MS = 3_600_000;
/** The watcher reports events after at most half a second, and a burst lasts at most another quarter. */
const QUIET_MS = 1_000;

export type SessionRigOptions = Pick<SessionOptions, 'root' | 'redis' | 'threads' | 'watchRoot' | 'lookMs'> & {
  readonly graph?: string;
  /** Threads for fresh analyses; default: the session's. */
  readonly freshThreads?: AnalysisThreads;
  readonly logger?: Logger;
};

/** A session that follows a folder into a log, with the state that the log should have. Without `lookMs` no look finds changes. */
export class SessionRig {
  readonly tree: WorkTree;
  readonly fold: LogFold;
  readonly #freshThreads: AnalysisThreads;
  readonly #session: GraphSession;
  readonly #metrics = createRegistry();

  constructor({ graph = 'g', lookMs = NEVER_MS, logger = createLogger('ingest', 'silent'), freshThreads, ...options }: SessionRigOptions) {
    const { root, redis, threads } = options;
    this.tree = new WorkTree(root);
    this.fold = new LogFold(openLog(redis, graph));
    this.#freshThreads = freshThreads ?? threads;
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
   * Waits until the log has the state that a fresh analysis of the folder computes.
   * @returns the milliseconds of the wait after the fresh analysis
   * @throws {Error} with the differences, if the states still differ after `withinMs`
   */
  async inStep(withinMs = 20_000): Promise<number> {
    const fresh = await freshState(this.tree.root, this.#freshThreads);
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

  /** Waits until nothing is appended for longer than the watcher can hold events back. */
  async quiet(): Promise<void> {
    for (let before = -1; before !== this.fold.facts.length;) {
      before = this.fold.facts.length;
      await wait(QUIET_MS);
      await this.fold.digest();
    }
  }

  /** The value of a metric of the session's graph. */
  async metric(name: string): Promise<number | undefined> {
    return (await this.#metrics.getSingleMetric(name)?.get())?.values[0]?.value;
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}
