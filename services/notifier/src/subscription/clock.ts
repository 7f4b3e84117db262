/** The clock of a subscription; specs pass their own. */
export type Clock = {
  /** The current time, ms since 1970. */
  now(): number;
  /** Calls back after `ms` milliseconds. The result cancels the call. */
  later(ms: number, callback: () => void): () => void;
  /** Calls back after the event loop has handled what else is pending. */
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
