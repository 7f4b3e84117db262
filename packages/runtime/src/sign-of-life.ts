const EACH_MS = 1_000;

let show: () => void = () => undefined;
let shownAt = -Infinity;

/** What a sign of life does in this process: its supervisor is told. */
export function showLifeBy(tell: () => void): void {
  show = tell;
}

/**
 * Says that the event loop gets on, at most once a second; to be called where much is done. A timer alone does not say it: while
 * thousands of sockets have something to read, Node looks after them for seconds before it comes to its timers.
 */
export function signOfLife(): void {
  const now = performance.now();
  if (now - shownAt < EACH_MS) return;
  shownAt = now;
  show();
}
