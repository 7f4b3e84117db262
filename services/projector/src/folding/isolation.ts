import type { Refusal } from '@graphtail/log';

/** An isolated old master answers CURSOR_IN_FUTURE too: only after so long is it taken to mean that the log was replaced. */
const FUTURE_MEANS_REPLACED_MS = 60_000;

/** How long the log has been behind its own past, as seen by one fold. */
export class Isolation {
  #since: number | undefined;

  /** Whether the state is worth keeping after this refusal: the log may be an old master's, and the right one come back. */
  mayEnd(refusal: Refusal): boolean {
    if (!refusal.retryable) return false;
    this.#since ??= performance.now();
    return performance.now() - this.#since < FUTURE_MEANS_REPLACED_MS;
  }

  /** The log has answered as it should. */
  ended(): void {
    this.#since = undefined;
  }
}
