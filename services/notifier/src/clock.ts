/** Time, as a subscription sees it; a spec gives it another. */
export type Clock = {
  /** ms since 1970. */
  now(): number;
  /** Calls back after some ms; the result takes it back. */
  later(ms: number, callback: () => void): () => void;
  /** Calls back once the event loop has looked after the others. */
  soon(callback: () => void): void;
};

export const systemClock: Clock = {
  now: Date.now,
  later(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  soon(callback) {
    setImmediate(callback);
  },
};
