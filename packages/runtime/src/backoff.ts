/** Milliseconds to wait before attempt n (from 0): full jitter, anything between 0 and min(max, base · 2^n), so that many who lost one server do not return at once. */
export function backoff({ baseMs, maxMs, attempt }: { baseMs: number; maxMs: number; attempt: number }): number {
  return Math.random() * Math.min(maxMs, baseMs * 2 ** Math.min(attempt, 30));
}
