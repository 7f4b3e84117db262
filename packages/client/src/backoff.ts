/**
 * Full jitter: anything from nothing to a ceiling that doubles with each failure, so that a thousand
 * clients of a restarted server don't come back as one.
 * Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export function backoffMs(failures: number, random: number, baseMs: number, maxMs: number): number {
  return Math.floor(random * Math.min(maxMs, baseMs * 2 ** Math.min(failures, 30)));
}
