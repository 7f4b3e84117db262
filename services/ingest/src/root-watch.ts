import { existsSync } from 'node:fs';
import { pause } from '@graphtail/log';
import type { Logger } from '@graphtail/runtime';
import type { IngestMetrics } from './metrics.ts';
import { watchLimit } from './watch-limit.ts';
import type { WatchRoot, Watcher } from './watcher.ts';

/** Watching a large root anew takes a while, and what keeps one that is there from being watched seldom goes by itself. */
const AGAIN_MS = 5 * 60_000;

/** How often it is tried where folders come and go meanwhile, as while a branch is switched: for a second or two. */
const TRIES = 7;
const PASSING = /ENOENT|ENOTDIR|no such file or directory|not a directory|unable to remove watcher/i;

export type RootWatchOptions = {
  readonly graph: string;
  readonly root: string;
  readonly watchRoot: WatchRoot;
  readonly onChanged: (paths: ReadonlySet<string> | undefined) => void;
  /** How often the root is looked through, which is all there is where it can't be watched. */
  readonly lookMs: number;
  readonly metrics: IngestMetrics;
  readonly logger: Logger;
  /** After which time it is tried to watch again. Default: five minutes. */
  readonly againMs?: number;
};

/**
 * Watches a root while the system lets it: too many folders, or a network drive, and what is found is what looking through the root finds.
 * That is said once, with what helps, and it is tried again now and then.
 */
export class RootWatch {
  readonly #options: RootWatchOptions;
  #watcher: Watcher | undefined;
  #triedAt = -Infinity;
  #isTold = false;

  constructor(options: RootWatchOptions) {
    this.#options = options;
  }

  get isWatching(): boolean {
    return this.#watcher !== undefined;
  }

  /** Watches the root if it is not watched; if it is, and may be in part only, `anew`. Never rejects. */
  async keep(anew: boolean): Promise<void> {
    if (this.#watcher === undefined ? performance.now() - this.#triedAt < (this.#options.againMs ?? AGAIN_MS) : !anew) return;
    this.#triedAt = performance.now();
    for (let tries = 1; ; tries++) {
      try {
        await this.#watch();
        return;
      } catch (error) {
        if (tries === TRIES || !this.#isPassing(error as Error)) {
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

  /** A folder below the root was moved or removed in the midst of it: it is no longer there to be watched, or to be watched no more. */
  #isPassing(error: Error): boolean {
    return PASSING.test(error.message) && existsSync(this.#options.root);
  }

  async close(): Promise<void> {
    await this.#watcher?.close();
  }

  #regained(): void {
    const { graph, metrics, logger } = this.#options;
    metrics.watched.set({ graph }, 1);
    if (this.#isTold) logger.info('the system watches this root again');
    this.#isTold = false;
  }

  async #lost(error: Error): Promise<void> {
    const { graph, lookMs, metrics, logger } = this.#options;
    const watcher = this.#watcher;
    this.#watcher = undefined;
    if (!existsSync(this.#options.root) || this.#isPassing(error)) this.#triedAt = -Infinity;
    metrics.watched.set({ graph }, 0);
    const every = `changes are found every ${String(lookMs / 1000)} s`;
    if (!this.#isTold) logger.warn({ err: error, reason: watchLimit(error) }, `the system can't watch all of this root; ${every}`);
    this.#isTold = true;
    await watcher?.close().catch(() => undefined); // what is left of it, if anything
  }
}
