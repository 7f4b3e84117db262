import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { logKeys } from './keys.ts';

export const LEASE_MS = 3_000;

const RENEW = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0`;
const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`;

/**
 * Who looks after a graph. It decides nothing about safety (the compare in append does): it only keeps two
 * workers from doing the same work, and lets another take over within its time when one dies.
 */
export class Lease {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #owner: string;

  /** @param owner who it is: a process that took the place of one that is dead, under its name, goes on with its lease at once */
  constructor(redis: Redis, graph: string, owner = randomBytes(8).toString('hex')) {
    this.#redis = redis;
    this.#owner = owner;
    this.#key = logKeys(graph).lease;
  }

  /** Takes or renews the lease; false where another worker holds it. */
  async hold(): Promise<boolean> {
    if ((await this.#redis.eval(RENEW, 1, this.#key, this.#owner, LEASE_MS)) === 1) return true;
    return (await this.#redis.set(this.#key, this.#owner, 'PX', LEASE_MS, 'NX')) === 'OK';
  }

  /** Whether anyone holds it. */
  async isHeld(): Promise<boolean> {
    return (await this.#redis.exists(this.#key)) === 1;
  }

  async release(): Promise<void> {
    await this.#redis.eval(RELEASE, 1, this.#key, this.#owner);
  }
}
