import { seqOf } from '@graphtail/facts';
import { applyRetention, type FactLog, type Retention } from '@graphtail/log';
import type { Logger } from '@graphtail/runtime';
import type { Projection } from '../projection/projection.ts';
import type { Checkpoints } from './checkpoints.ts';

const NOT_BEFORE_MS = 1_000;

/**
 * Keeps a log within its bounds. Only what two snapshots hold may go: where they hold back what is over the
 * bounds, another one is saved, out of turn.
 */
export class Trimming {
  readonly #log: FactLog;
  readonly #retention: Retention;
  readonly #checkpoints: Checkpoints;
  readonly #logger: Logger;
  #dueAt = 0;
  #running = false;

  constructor(log: FactLog, retention: Retention, checkpoints: Checkpoints, logger: Logger) {
    this.#log = log;
    this.#retention = retention;
    this.#checkpoints = checkpoints;
    this.#logger = logger;
  }

  /** Trims in the background, at most once a second; called after each batch and each second. */
  consider(projection: Projection): void {
    const bounded = Object.values(this.#retention).some((bound) => bound !== undefined);
    if (!bounded || this.#running || performance.now() < this.#dueAt) return;
    this.#running = true;
    this.#trim(projection)
      .catch((error: unknown) => this.#logger.warn({ err: error }, 'could not trim the log'))
      .finally(() => {
        this.#running = false;
        this.#dueAt = performance.now() + NOT_BEFORE_MS;
      });
  }

  async #trim(projection: Projection): Promise<void> {
    const { floor, wanted } = await applyRetention(this.#log, this.#retention, Date.now());
    if (seqOf(floor) < seqOf(wanted)) await this.#checkpoints.save(projection);
  }
}
