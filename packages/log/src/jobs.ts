import type { Redis } from 'ioredis';
import { z } from 'zod';
import { pause } from './backoff.ts';
import { logKeys } from './keys.ts';

const WAKE_STREAM = 'graphtail:jobs';
const WAKE_KEPT = 1_000;
const MAX_QUEUED = 100;
const BLOCK_MS = 1_000;

const JobSchema = z.object({
  analysis_id: z.string(),
  reason: z.string(),
  /** Whether every file is parsed again and compared. */
  force: z.boolean(),
  /** Whether a `graph_reset` is appended, and then everything again. */
  reset: z.boolean(),
});
export type Job = z.infer<typeof JobSchema>;

export type Wake = { readonly graph: string; readonly kind: 'job' | 'cancel' | 'added' | 'removed' };

/**
 * The jobs for ingest. A job waits in its graph's list until it is done, so that another worker does it if a worker dies.
 * A stream wakes all workers, and each worker looks at the jobs of the graphs that it holds.
 */
export class Jobs {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Adds a job. False if too many jobs already wait for this graph. */
  async request(graph: string, job: Job): Promise<boolean> {
    if ((await this.#redis.llen(queueKey(graph))) >= MAX_QUEUED) return false;
    await this.#redis.rpush(queueKey(graph), JSON.stringify(job));
    await this.wake({ graph, kind: 'job' });
    return true;
  }

  async wake({ graph, kind }: Wake): Promise<void> {
    await this.#redis.xadd(WAKE_STREAM, 'MAXLEN', '~', WAKE_KEPT, '*', 'graph', graph, 'kind', kind);
  }

  /** Returns the oldest job that waits for a graph. It stays in the list until `done`. */
  async next(graph: string): Promise<Job | undefined> {
    const stored = await this.#redis.lindex(queueKey(graph), 0);
    return stored === null ? undefined : JobSchema.parse(JSON.parse(stored));
  }

  async done(graph: string, job: Job): Promise<void> {
    await this.#redis.lrem(queueKey(graph), 1, JSON.stringify(job));
  }

  /** Yields wake-ups from now on. Yields `undefined` each second and after every failure: then the caller looks at everything. */
  async *watch(blocking: Redis, signal: AbortSignal): AsyncGenerator<Wake | undefined, void, undefined> {
    signal.addEventListener('abort', () => blocking.disconnect(), { once: true });
    let cursor = '$';
    let failures = 0;
    while (!signal.aborted) {
      try {
        if (cursor === '$') cursor = (await this.#redis.xrevrange(WAKE_STREAM, '+', '-', 'COUNT', 1))[0]?.[0] ?? '0-0';
        yield undefined;
        const woken = await blocking.xread('BLOCK', BLOCK_MS, 'STREAMS', WAKE_STREAM, cursor);
        failures = 0;
        for (const [id, fields] of woken?.[0]?.[1] ?? []) {
          cursor = id;
          yield { graph: fields[1] ?? '', kind: (fields[3] ?? 'job') as Wake['kind'] };
        }
      } catch {
        cursor = '$';
        await pause(failures++, signal).catch(() => undefined);
      }
    }
  }
}

function queueKey(graph: string): string {
  return logKeys(graph).jobs;
}
