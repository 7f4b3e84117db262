import type { Redis } from 'ioredis';
import type { FactLog } from './fact-log.ts';
import { graphKey } from './keys.ts';

/** What its notifier does not tell again within this is gone. */
const TOLD_FOR_SECONDS = 6;

/**
 * What notifiers tell one another of the sessions that hold a durable cursor's name: a text each, which goes by itself. As many
 * as there are names at most.
 */
export class HeldSessions {
  readonly #redis: Redis;
  readonly #graph: string;

  constructor(redis: Redis, log: FactLog) {
    this.#redis = redis;
    this.#graph = log.graph;
  }

  /** To be told again every few seconds. @param about a text by name */
  async tell(about: ReadonlyMap<string, string>): Promise<void> {
    const pipeline = this.#redis.pipeline();
    for (const [name, text] of about) pipeline.set(this.#key(name), text, 'EX', TOLD_FOR_SECONDS);
    await pipeline.exec();
  }

  /** The texts that were told of some names. */
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
