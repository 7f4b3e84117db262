import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { LEASE_MS } from './lease.ts';

const KEY = 'graphtail:workers';

const APPEAR = `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
return redis.call('ZCARD', KEYS[1])`;

/** The ingest workers that are alive: those that have appeared within a lease's time. Their number decides how they share the graphs. */
export class Workers {
  readonly #redis: Redis;
  readonly #name: string;

  /** @param name this worker's name; a process that replaces a dead one under the same name is the same worker */
  constructor(redis: Redis, name = randomBytes(8).toString('hex')) {
    this.#redis = redis;
    this.#name = name;
  }

  /** Registers this worker as alive for a lease's time. @returns how many workers are alive, this one included */
  async appear(): Promise<number> {
    return (await this.#redis.eval(APPEAR, 1, KEY, this.#name, LEASE_MS)) as number;
  }

  async leave(): Promise<void> {
    await this.#redis.zrem(KEY, this.#name);
  }
}
