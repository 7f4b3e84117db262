import { socketPathOf } from '@graphtail/facts';
import { Redis, type RedisOptions } from 'ioredis';

/** A client that tries once, without retries, and reports why it failed. */
export function redisClient(url: string, withinMs: number): Redis {
  const settings: RedisOptions = {
    lazyConnect: true,
    // With the default, the client's timer would delay the end of this process by 2 s.
    disconnectTimeout: 100,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: withinMs,
    commandTimeout: withinMs,
    // Otherwise the client waits until Redis has loaded everything, and reports nothing meanwhile.
    enableReadyCheck: false,
  };
  const path = socketPathOf(url);
  const redis = path === undefined ? new Redis(url, settings) : new Redis({ ...settings, path });
  redis.on('error', () => undefined); // each call reports its own error
  return redis;
}
