import { seqOf, type Offset } from '@graphtail/facts';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Damage } from './entry.ts';
import type { LogKeys } from './keys.ts';

/** A log that is damaged all over is mended as a whole: more notes would not help. */
const MAX_NOTES = 1_000;

const NoteSchema = z.object({ batch_id: z.string(), reason: z.string(), mended_at: z.string().optional() });

/** `mendedAt`: through here the log says anew what the damaged batch had said; undefined if it does not yet. */
export type NotedDamage = Damage & { readonly mendedAt: Offset | undefined };

/**
 * What readers of a log found damaged, so that the graph's producer learns of it: it holds in memory what it has
 * appended, and would never read it again. KEYS graphtail:{<graph>}:damage, a hash: end of the batch -> JSON.
 */
export class DamageNotes {
  readonly #redis: Redis;
  readonly #keys: LogKeys;

  constructor(redis: Redis, keys: LogKeys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  /** Never rejects: a Redis that takes no writes must not hide the damage from who reads. */
  async note({ through, batchId, reason }: Damage): Promise<void> {
    try {
      if ((await this.#redis.hlen(this.#keys.damage)) >= MAX_NOTES) return;
      await this.#redis.hsetnx(this.#keys.damage, through, JSON.stringify({ batch_id: batchId, reason }));
    } catch {
      return; // the next reader notes it
    }
  }

  /** Whether the batch that ends at an offset was found damaged. */
  async has(through: Offset): Promise<boolean> {
    return (await this.#redis.hexists(this.#keys.damage, through)) === 1;
  }

  /** Damage that the log still holds, oldest first. */
  async list(): Promise<NotedDamage[]> {
    const noted = Object.entries(await this.#redis.hgetall(this.#keys.damage));
    const found: NotedDamage[] = [];
    for (const [through, note] of noted) {
      if ((await this.#redis.xrange(this.#keys.log, through, through)).length === 0) {
        await this.#redis.hdel(this.#keys.damage, through);
        continue;
      }
      const { batch_id: batchId, reason, mended_at: mendedAt } = NoteSchema.parse(JSON.parse(note));
      found.push({ through: through as Offset, batchId, reason, mendedAt: mendedAt as Offset | undefined });
    }
    return found.sort((a, b) => seqOf(a.through) - seqOf(b.through));
  }

  /** Whether there is damage whose facts the log does not say anew. */
  async isUnmended(): Promise<boolean> {
    if ((await this.#redis.hlen(this.#keys.damage)) === 0) return false;
    return (await this.list()).some(({ mendedAt }) => mendedAt === undefined);
  }

  /** Everything that these batches had said is in the log again through an offset. */
  async mended(damage: readonly Damage[], at: Offset): Promise<void> {
    for (const { through, batchId, reason } of damage)
      await this.#redis.hset(this.#keys.damage, through, JSON.stringify({ batch_id: batchId, reason, mended_at: at }));
  }
}
