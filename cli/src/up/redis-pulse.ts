import { setTimeout as wait } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { redisClient } from './redis-client.ts';
import type { Pulse } from './supervised.ts';

const PING_MS = 500;

export type RedisPulseOptions = {
  readonly url: string;
  readonly pulse: Pulse;
  readonly signal: AbortSignal;
  /** Returns what keeps Redis from its work although Redis does not notice; undefined if nothing does. */
  readonly unnoticed: () => string | undefined;
};

/** Asks a Redis for signs of life until `signal`. Any answer is a sign, even an error: only silence means that Redis hangs. */
export async function listenToRedis({ url, pulse, signal, unnoticed }: RedisPulseOptions): Promise<void> {
  while (!signal.aborted) {
    const redis = redisClient(url, PING_MS * 4);
    try {
      await redis.connect();
      while (!signal.aborted) {
        const refusal = await ask(redis);
        pulse.alive();
        // Redis is ready if it can be read: not while it loads, but also if it can't save, which may be so from its start.
        if (refusal === undefined || isUnsaved(refusal)) {
          pulse.ready();
          pulse.hindered(refusal === undefined ? unnoticed() : hindranceOf(refusal));
        }
        await wait(PING_MS, undefined, { signal });
      }
    } catch {
      await wait(20, undefined, { signal }).catch(() => undefined);
    } finally {
      redis.disconnect();
    }
  }
}

/** The error that Redis answers a PING with; undefined if it answers without one. @throws if there is no answer */
async function ask(redis: Redis): Promise<string | undefined> {
  try {
    await redis.ping();
    return undefined;
  } catch (error) {
    if ((error as Error).name !== 'ReplyError') throw error;
    return (error as Error).message;
  }
}

/** Whether Redis takes no writes because it can't write its file. It answers even a PING with this error. */
function isUnsaved(refusal: string): boolean {
  return refusal.startsWith('MISCONF');
}

function hindranceOf(refusal: string): string {
  const reason = /No space left on device/i.test(refusal) ? 'its disk is full' : refusal.replace(/^MISCONF\s*/, '');
  return `accepts no facts: ${reason}. It continues by itself when this is corrected`;
}
