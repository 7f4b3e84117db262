/**
 * Returns how long to wait, in milliseconds, with full jitter: from 0 to a ceiling that doubles with each failure.
 * So a thousand clients of a restarted server don't reconnect at the same moment.
 * Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export function backoffMs(failures: number, random: number, baseMs: number, maxMs: number): number {
  return Math.floor(random * Math.min(maxMs, baseMs * 2 ** Math.min(failures, 30)));
}
