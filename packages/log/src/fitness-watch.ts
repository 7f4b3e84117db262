import type { Redis } from 'ioredis';
import { findUnfitness } from './fitness.ts';

const LOOK_MS = 10_000;

type Logger = Readonly<Record<'warn' | 'info', (about: object, text: string) => void>>;

/**
 * Checks whether a service's Redis is fit to hold logs: every 10 seconds and whenever the connection becomes ready, until the connection
 * ends.
 */
export class FitnessWatch {
  readonly #redis: Redis;
  readonly #logger: Logger;
  #reasons: readonly string[] = [];

  constructor(redis: Redis, logger: Logger) {
    this.#redis = redis;
    this.#logger = logger;
    const timer = setInterval(() => this.#look(), LOOK_MS).unref();
    redis.on('ready', () => this.#look()).once('end', () => clearInterval(timer));
  }

  /** Why Redis is not fit, one clause per reason, for `/health`. */
  get reasons(): readonly string[] {
    return this.#reasons;
  }

  /** While Redis is away the last result stays. */
  #look(): void {
    findUnfitness(this.#redis).then(
      (reasons) => this.#take(reasons),
      () => undefined,
    );
  }

  #take(reasons: readonly string[]): void {
    if (reasons.join() === this.#reasons.join()) return;
    this.#reasons = reasons;
    if (reasons.length > 0) this.#logger.warn({ reasons }, 'Redis is not fit to hold the logs');
    else this.#logger.info({}, 'Redis is fit to hold the logs');
  }
}
