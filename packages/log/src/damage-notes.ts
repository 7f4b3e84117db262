import { seqOf, type Offset } from '@graphtail/facts';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Damage } from './entry.ts';
import type { LogKeys } from './keys.ts';

/** At most this many notes are kept. A log with more damage is mended as a whole, so more notes would not help. */
const MAX_NOTES = 1_000;

const NoteSchema = z.object({ batch_id: z.string(), reason: z.string(), mended_at: z.string().optional() });

/** `mendedAt`: through this offset the log holds again what the damaged batch had held; undefined if it does not yet. */
export type NotedDamage = Damage & { readonly mendedAt: Offset | undefined };

/**
 * Notes of the damage that readers found in a log. The graph's producer learns of damage from them: it holds in memory
 * what it has appended, so it would never read that again. KEYS graphtail:{<graph>}:damage, a hash: end of the batch -> JSON.
 */
export class DamageNotes {
  readonly #redis: Redis;
  readonly #keys: LogKeys;

  constructor(redis: Redis, keys: LogKeys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  /** Never rejects: the reader must learn of the damage even if Redis takes no writes. */
  async note({ through, batchId, reason }: Damage): Promise<void> {
    try {
      if ((await this.#redis.hlen(this.#keys.damage)) >= MAX_NOTES) return;
      await this.#redis.hsetnx(this.#keys.damage, through, JSON.stringify({ batch_id: batchId, reason }));
    } catch {
      return; // the next reader notes it
    }
  }

  /** Whether a reader found that the batch that ends at an offset is damaged. */
  async has(through: Offset): Promise<boolean> {
    return (await this.#redis.hexists(this.#keys.damage, through)) === 1;
  }

  /** The noted damage that the log still holds, oldest first. Deletes the notes of batches that the log no longer holds. */
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

  /** Whether there is damage whose facts the log does not hold again. */
  async isUnmended(): Promise<boolean> {
    if ((await this.#redis.hlen(this.#keys.damage)) === 0) return false;
    return (await this.list()).some(({ mendedAt }) => mendedAt === undefined);
  }

  /** Notes that the log holds again, through an offset, everything that these batches had held. */
  async mended(damage: readonly Damage[], at: Offset): Promise<void> {
    for (const { through, batchId, reason } of damage)
      await this.#redis.hset(this.#keys.damage, through, JSON.stringify({ batch_id: batchId, reason, mended_at: at }));
  }
}
