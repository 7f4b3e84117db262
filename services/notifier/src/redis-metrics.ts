import { mastersOf, SharedCall } from '@graphtail/log';
import { gauge, type Registry } from '@graphtail/runtime';
import type { Redis } from 'ioredis';

/** How long an INFO serves the gauges of one scrape, ms. */
const ONE_SCRAPE_MS = 200;
/** A gauge must not hold up a scrape while Redis is away, ms. */
const ANSWER_WITHIN_MS = 1_000;

/** Gauges of the Redis that has the logs; of a cluster, the sums over its masters. While Redis is away, they have no series. */
export function observeRedis(registry: Registry, redis: Redis): void {
  const asked = new SharedCall(async () => {
    const masters = await mastersOf(redis);
    return Promise.all(masters.map((server) => server.info()));
  });
  let last: { readonly at: number; readonly infos: readonly string[] } | undefined;
  const infos = async (): Promise<readonly string[]> => {
    if (last === undefined || performance.now() - last.at > ONE_SCRAPE_MS)
      last = { infos: await inTime(asked.run()), at: performance.now() };
    return last.infos;
  };
  const observe = (name: string, help: string, read: (infos: readonly string[]) => number): void => {
    gauge(registry, name, help, [], async (self) => {
      self.remove();
      const answers = await infos().catch(() => undefined);
      if (answers !== undefined) self.set(read(answers));
    });
  };
  const summed = (name: string, help: string, field: string): void =>
    observe(name, help, (all) => all.reduce((sum, info) => sum + Number(fieldOf(info, field) ?? 0), 0));
  summed('graphtail_redis_memory_used_bytes', 'Memory that Redis has allocated.', 'used_memory');
  summed('graphtail_redis_memory_max_bytes', 'Redis’s maxmemory; 0: no limit.', 'maxmemory');
  summed('graphtail_redis_aof_size_bytes', 'Size of Redis’s append-only file; 0 without one.', 'aof_current_size');
  summed('graphtail_redis_aof_rewrites_running', 'Rewrites of the append-only file at the moment.', 'aof_rewrite_in_progress');
  summed('graphtail_redis_clients', 'Connections to Redis.', 'connected_clients');
  observe('graphtail_redis_aof_writes_ok', 'Whether Redis’s last write to its append-only file succeeded: 1 or 0.', (all) =>
    all.every((info) => (fieldOf(info, 'aof_last_write_status') ?? 'ok') === 'ok') ? 1 : 0,
  );
}

function fieldOf(info: string, field: string): string | undefined {
  return new RegExp(`^${field}:(.*)$`, 'm').exec(info)?.[1]?.trim();
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('Redis does not answer')), ANSWER_WITHIN_MS);
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
