import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { logKeys } from './keys.ts';

export const LEASE_MS = 3_000;

const RENEW = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0`;
const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`;

/**
 * Says which worker processes a graph. Safety does not depend on it, but on the compare in `append`. The lease only keeps
 * two workers from doing the same work, and lets another worker take over within the lease's time when one dies.
 */
export class Lease {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #owner: string;

  /** @param owner the worker's name: a process that replaces a dead one under the same name goes on with its lease at once */
  constructor(redis: Redis, graph: string, owner = randomBytes(8).toString('hex')) {
    this.#redis = redis;
    this.#owner = owner;
    this.#key = logKeys(graph).lease;
  }

  /** Takes or renews the lease. False if another worker holds it. */
  async hold(): Promise<boolean> {
    if ((await this.#redis.eval(RENEW, 1, this.#key, this.#owner, LEASE_MS)) === 1) return true;
    return (await this.#redis.set(this.#key, this.#owner, 'PX', LEASE_MS, 'NX')) === 'OK';
  }

  /** Whether any worker holds the lease. */
  async isHeld(): Promise<boolean> {
    return (await this.#redis.exists(this.#key)) === 1;
  }

  async release(): Promise<void> {
    await this.#redis.eval(RELEASE, 1, this.#key, this.#owner);
  }
}
