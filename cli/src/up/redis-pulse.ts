import { setTimeout as wait } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { redisClient } from './redis-client.ts';
import type { Pulse } from './supervised.ts';

const PING_MS = 500;

export type RedisPulseOptions = {
  readonly url: string;
  readonly pulse: Pulse;
  readonly signal: AbortSignal;
  /** What keeps it from its work though it does not know. */
  readonly unnoticed: () => string | undefined;
};

/** Asks a Redis for signs of life until `signal`. Any answer is one, an error too: silence alone means that it hangs. */
export async function listenToRedis({ url, pulse, signal, unnoticed }: RedisPulseOptions): Promise<void> {
  while (!signal.aborted) {
    const redis = redisClient(url, PING_MS * 4);
    try {
      await redis.connect();
      while (!signal.aborted) {
        const refusal = await ask(redis);
        pulse.alive();
        // Ready is what can be read from: not while it loads, and one that can't save may have been so at its start.
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

/** The error that it answers with; undefined if there is none. @throws if there is no answer */
async function ask(redis: Redis): Promise<string | undefined> {
  try {
    await redis.ping();
    return undefined;
  } catch (error) {
    if ((error as Error).name !== 'ReplyError') throw error;
    return (error as Error).message;
  }
}

/** Redis answers a PING so too while it takes no writes, since its file can't be written. */
function isUnsaved(refusal: string): boolean {
  return refusal.startsWith('MISCONF');
}

function hindranceOf(refusal: string): string {
  const reason = /No space left on device/i.test(refusal) ? 'its disk is full' : refusal.replace(/^MISCONF\s*/, '');
  return `takes no facts: ${reason}. It goes on by itself when this is mended`;
}
