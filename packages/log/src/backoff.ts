import { setTimeout as sleep } from 'node:timers/promises';

/** Exponential backoff with full jitter, in milliseconds. `attempt` counts from 0. */
export function backoffMs(attempt: number, baseMs = 50, maxMs = 2000): number {
  return Math.random() * Math.min(maxMs, baseMs * 2 ** Math.min(attempt, 20));
}

/** Waits before the next attempt. Rejects with an AbortError if the signal aborts meanwhile. */
export async function pause(attempt: number, signal?: AbortSignal): Promise<void> {
  await sleep(backoffMs(attempt) + 5, undefined, signal === undefined ? {} : { signal });
}
