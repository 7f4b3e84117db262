import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { keyOf, limitFor } from './address-key.ts';
import { tooMany } from './quota.ts';

/** At most this many counters per limit. Addresses share them, so that a stranger with many addresses can't fill the memory. */
const ROWS = 16_384;

/** Limits how much each address may request per second. */
export class Rate {
  readonly #perSecond: number;
  readonly #what: string;
  readonly #limiters = new Map<number, RateLimiterMemory>();
  readonly #seed = Math.trunc(Math.random() * 2 ** 32);

  constructor(perSecond: number, what: string) {
    this.#perSecond = perSecond;
    this.#what = what;
  }

  /** Counts one request. @throws {Problem} 429 `RATE_LIMITED` */
  async take(address: string): Promise<void> {
    try {
      await this.#limiterFor(limitFor(address, this.#perSecond)).consume(this.#rowOf(address));
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw tooMany(this.#what, Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000)));
    }
  }

  /** Returns the limiter for a number of points: there is one for loopback and one for all other addresses. */
  #limiterFor(points: number): RateLimiterMemory {
    const limiter = this.#limiters.get(points) ?? new RateLimiterMemory({ points, duration: 1 });
    this.#limiters.set(points, limiter);
    return limiter;
  }

  /** FNV-1a with a random seed. Without the seed nobody can choose an address that shares another address's counter. */
  #rowOf(address: string): number {
    let hash = this.#seed;
    for (const character of keyOf(address)) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
    return (hash >>> 0) % ROWS;
  }
}
