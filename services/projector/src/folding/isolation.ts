import type { Refusal } from '@graphtail/log';

/**
 * An isolated old Redis master answers CURSOR_IN_FUTURE too. So only an answer that has lasted this long means that the log was
 * replaced.
 */
const FUTURE_MEANS_REPLACED_MS = 60_000;

/** How long the log has been behind the cursor of one fold. */
export class Isolation {
  #since: number | undefined;

  /** Whether to keep the state after this refusal: the log may be an old master's, and the right log may return. */
  mayEnd(refusal: Refusal): boolean {
    if (!refusal.retryable) return false;
    this.#since ??= performance.now();
    return performance.now() - this.#since < FUTURE_MEANS_REPLACED_MS;
  }

  /** The caller reports that the log has accepted the cursor. */
  ended(): void {
    this.#since = undefined;
  }
}
