import { pause } from '@graphtail/log';
import type { Complaint, Logger } from '@graphtail/runtime';
import type { IngestMetrics } from './metrics.ts';
import { watchLimit } from './watch-limit.ts';
import type { WatchRoot, Watcher } from './watcher.ts';
import { whyUnreadable } from './why-unreadable.ts';

/** Pause between attempts to watch. An attempt at a large root takes a while, and the obstacle seldom disappears by itself. */
const AGAIN_MS = 5 * 60_000;

/** Attempts in a row while folders come and go, for example during a switch of branches. They take one or two seconds. */
const TRIES = 7;
const PASSING = /ENOENT|ENOTDIR|no such file or directory|not a directory|unable to remove watcher/i;

export type RootWatchOptions = {
  readonly graph: string;
  readonly root: string;
  readonly watchRoot: WatchRoot;
  readonly onChanged: (paths: ReadonlySet<string> | undefined) => void;
  /** Milliseconds between two looks through the root. If the root can't be watched, only these looks find changes. */
  readonly lookMs: number;
  readonly metrics: IngestMetrics;
  readonly logger: Logger;
  /** Milliseconds after a failed attempt before the next one. Default: five minutes. */
  readonly againMs?: number;
};

/**
 * Watches a root as long as the system allows it. With too many folders, or on a network drive, it may not. Then only the looks
 * through the root find changes. This is logged once, with a remedy, and watching is tried again from time to time.
 */
export class RootWatch {
  readonly #options: RootWatchOptions;
  #watcher: Watcher | undefined;
  #triedAt = -Infinity;
  /** Why the root can't be watched; undefined while it is watched, and before the first attempt. */
  #why: string | undefined;

  constructor(options: RootWatchOptions) {
    this.#options = options;
  }

  get isWatching(): boolean {
    return this.#watcher !== undefined;
  }

  get complaints(): readonly Complaint[] {
    const { graph, root, lookMs } = this.#options;
    if (this.#why === undefined) return [];
    const message = `changes in ${root} are found every ${String(lookMs / 1000)} s only, because the system can't watch all of it: ${this.#why}`;
    return [{ code: 'watch_limited', graph, message }];
  }

  /** Watches the root if it is not watched. @param anew renews a watch that may miss parts of the root. Never rejects. */
  async keep(anew: boolean): Promise<void> {
    if (this.#watcher === undefined ? performance.now() - this.#triedAt < (this.#options.againMs ?? AGAIN_MS) : !anew) return;
    this.#triedAt = performance.now();
    for (let tries = 1; ; tries++) {
      try {
        await this.#watch();
        return;
      } catch (error) {
        if (tries === TRIES || !(await this.#isPassing(error as Error))) {
          await this.#lost(error as Error);
          return;
        }
        await pause(tries - 1);
      }
    }
  }

  async #watch(): Promise<void> {
    if (this.#watcher !== undefined) {
      await this.#watcher.renew();
      return;
    }
    this.#watcher = await this.#options.watchRoot(this.#options.root, this.#options.onChanged);
    this.#regained();
  }

  /** Whether a folder below the root was moved or removed during the attempt, so that it could not be watched or unwatched. */
  async #isPassing(error: Error): Promise<boolean> {
    return PASSING.test(error.message) && (await this.#isReadable());
  }

  async #isReadable(): Promise<boolean> {
    return (await whyUnreadable(this.#options.root)) === undefined;
  }

  async close(): Promise<void> {
    await this.#watcher?.close();
  }

  #regained(): void {
    const { graph, metrics, logger } = this.#options;
    metrics.watched.set({ graph }, 1);
    if (this.#why !== undefined) logger.info('the system watches this root again');
    this.#why = undefined;
  }

  async #lost(error: Error): Promise<void> {
    const { graph, lookMs, metrics, logger } = this.#options;
    const watcher = this.#watcher;
    this.#watcher = undefined;
    const isUnreadable = !(await this.#isReadable()); // which is told as such, and tried again at each comparison
    if (isUnreadable || (await this.#isPassing(error))) this.#triedAt = -Infinity;
    metrics.watched.set({ graph }, 0);
    if (!isUnreadable) {
      const every = `changes are found every ${String(lookMs / 1000)} s`;
      const limit = watchLimit(error);
      if (this.#why === undefined) logger.warn({ err: error, reason: limit }, `the system can't watch all of this root; ${every}`);
      this.#why = limit ?? error.message;
    }
    await watcher?.close().catch(() => undefined); // it may be closed already
  }
}
