const EACH_MS = 1_000;

let show: () => void = () => undefined;
let shownAt = -Infinity;

/** Sets the function that a sign of life calls in this process. It informs the supervisor. */
export function showLifeBy(tell: () => void): void {
  show = tell;
}

/**
 * Reports that the event loop turns, at most once a second. Code that handles many events calls it. A timer alone is not enough: if
 * thousands of sockets have something to read, Node handles them for seconds before it runs its timers.
 */
export function signOfLife(): void {
  const now = performance.now();
  if (now - shownAt < EACH_MS) return;
  shownAt = now;
  show();
}
