import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { keyOf, limitFor } from './address-key.ts';
import { tooMany } from './quota.ts';

/** Counters at most. Addresses beyond share them, so that a stranger with many addresses does not fill the memory. */
const ROWS = 16_384;

/** How much each address asks for a second. */
export class Rate {
  readonly #perSecond: number;
  readonly #what: string;
  readonly #limiters = new Map<number, RateLimiterMemory>();
  readonly #seed = Math.trunc(Math.random() * 2 ** 32);

  constructor(perSecond: number, what: string) {
    this.#perSecond = perSecond;
    this.#what = what;
  }

  /** Counts one. @throws {Problem} 429 `RATE_LIMITED` */
  async take(address: string): Promise<void> {
    try {
      await this.#limiterFor(limitFor(address, this.#perSecond)).consume(this.#rowOf(address));
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw tooMany(this.#what, Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000)));
    }
  }

  /** One for loopback, one for everybody else. */
  #limiterFor(points: number): RateLimiterMemory {
    const limiter = this.#limiters.get(points) ?? new RateLimiterMemory({ points, duration: 1 });
    this.#limiters.set(points, limiter);
    return limiter;
  }

  /** FNV-1a over a number that nobody outside knows: nobody can choose an address that shares another's row. */
  #rowOf(address: string): number {
    let hash = this.#seed;
    for (const character of keyOf(address)) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
    return (hash >>> 0) % ROWS;
  }
}
