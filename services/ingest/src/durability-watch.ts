import type { Durability } from '@graphtail/facts';
import { findDurability, isRedisAway } from '@graphtail/log';
import { gauge, type Complaint, type Logger, type Registry } from '@graphtail/runtime';
import type { Redis } from 'ioredis';

const LOOK_MS = 10_000;

/** Compares Redis's actual durability with the declared one, every 10 s and after each reconnect. */
export class DurabilityWatch {
  readonly #redis: Redis;
  readonly #declared: Durability;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  #kept: boolean | undefined;
  #wasKept = false;
  #found = 'not asked yet';
  #told: string | undefined;

  constructor(redis: Redis, declared: Durability, logger: Logger, registry: Registry) {
    this.#redis = redis;
    this.#declared = declared;
    this.#logger = logger;
    const help = 'Whether Redis does what the declared durability takes: 1 yes, 0 no; no series where it does not say.';
    gauge(registry, 'graphtail_durability_kept', help, ['tier'], (self) => {
      self.reset();
      if (this.#kept !== undefined) self.set({ tier: declared }, this.#kept ? 1 : 0);
    });
    this.#timer = setInterval(() => this.look(), LOOK_MS);
  }

  /** The state for `/health`. `kept`: whether Redis keeps the declared durability; null if it does not say. */
  get state(): { readonly declared: Durability; readonly kept: boolean | null; readonly found: string } {
    return { declared: this.#declared, kept: this.#kept ?? null, found: this.#found };
  }

  /**
   * Redis kept the declared durability, and does no longer. If it never did, that is how it was set up: this is logged at the start, and
   * degrades nothing.
   */
  get complaints(): readonly Complaint[] {
    if (this.#kept !== false || !this.#wasKept) return [];
    const message = `acknowledged facts may be lost with Redis: it has ${this.#found}, and ${this.#declared} is declared`;
    return [{ code: 'durability_not_kept', message }];
  }

  /** Reads the settings from Redis, in the background. */
  look(): void {
    this.#look().catch((error: unknown) => {
      if (!isRedisAway(error)) this.#logger.warn({ err: error }, 'could not ask Redis for its durability');
    });
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const { kept, found } = await findDurability(this.#redis, this.#declared);
    this.#kept = kept;
    this.#wasKept ||= kept === true;
    this.#found = found;
    if (this.#told === found) return;
    const before = this.#told;
    this.#told = found;
    const declared = this.#declared;
    if (kept === false) this.#logger.warn({ declared, reason: `${found}, ${declared} is declared` }, 'Redis keeps less than is declared');
    else if (kept === undefined || before !== undefined) this.#logger.info({ declared, found }, 'durability of Redis');
  }
}
