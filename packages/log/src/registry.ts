import type { Redis } from 'ioredis';
import { z } from 'zod';

const KEY = 'graphtail:graphs';

const EntrySchema = z.object({ root: z.string(), added_at: z.string() });
export type RegisteredGraph = { readonly name: string } & z.infer<typeof EntrySchema>;

/** Which graphs exist, and each graph's root folder. A name stands for one root. */
export class GraphRegistry {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** All graphs, sorted by name. */
  async list(): Promise<RegisteredGraph[]> {
    const stored = await this.#redis.hgetall(KEY);
    return Object.entries(stored)
      .map(([name, entry]) => ({ name, ...EntrySchema.parse(JSON.parse(entry)) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async get(name: string): Promise<RegisteredGraph | undefined> {
    const entry = await this.#redis.hget(KEY, name);
    return entry === null ? undefined : { name, ...EntrySchema.parse(JSON.parse(entry)) };
  }

  /** Deletes a graph's name only, not its log: see `removeGraph`. False if there was no such graph. */
  async delete(name: string): Promise<boolean> {
    return (await this.#redis.hdel(KEY, name)) === 1;
  }

  /** `other_root`: the name belongs to another folder, and nothing was changed. */
  async add(name: string, root: string): Promise<'added' | 'exists' | 'other_root'> {
    const added = await this.#redis.hsetnx(KEY, name, JSON.stringify({ root, added_at: new Date().toISOString() }));
    if (added === 1) return 'added';
    return (await this.get(name))?.root === root ? 'exists' : 'other_root';
  }
}
