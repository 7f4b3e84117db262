import type { Redis } from 'ioredis';
import type { FactLog } from './fact-log.ts';
import { graphKey } from './keys.ts';

/** A text expires after this time unless its notifier stores it again. */
const TOLD_FOR_SECONDS = 6;

/**
 * What notifiers tell one another about the sessions that hold durable cursors' names: one text per name, which expires by
 * itself. There are at most as many texts as names.
 */
export class HeldSessions {
  readonly #redis: Redis;
  readonly #graph: string;

  constructor(redis: Redis, log: FactLog) {
    this.#redis = redis;
    this.#graph = log.graph;
  }

  /** Stores texts. The caller repeats this every few seconds. @param about a text by name */
  async tell(about: ReadonlyMap<string, string>): Promise<void> {
    const pipeline = this.#redis.pipeline();
    for (const [name, text] of about) pipeline.set(this.#key(name), text, 'EX', TOLD_FOR_SECONDS);
    await pipeline.exec();
  }

  /** Returns the stored texts for some names. */
  async told(names: readonly string[]): Promise<Map<string, string>> {
    if (names.length === 0) return new Map();
    const texts = await this.#redis.mget(...names.map((name) => this.#key(name)));
    return new Map(
      names.flatMap((name, i) => {
        const text = texts[i] ?? undefined;
        return text === undefined ? [] : [[name, text]];
      }),
    );
  }

  #key(name: string): string {
    return graphKey(this.#graph, `session:${name}`);
  }
}
