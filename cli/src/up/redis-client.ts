import { socketPathOf } from '@graphtail/facts';
import { Redis, type RedisOptions } from 'ioredis';

/** A client that asks once and says why not. */
export function redisClient(url: string, withinMs: number): Redis {
  const settings: RedisOptions = {
    lazyConnect: true,
    // Its timer would hold the end of this process for 2 s.
    disconnectTimeout: 100,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: withinMs,
    commandTimeout: withinMs,
    // Otherwise it waits until all is loaded, and says nothing meanwhile.
    enableReadyCheck: false,
  };
  const path = socketPathOf(url);
  const redis = path === undefined ? new Redis(url, settings) : new Redis({ ...settings, path });
  redis.on('error', () => undefined); // each call gives its own error
  return redis;
}
