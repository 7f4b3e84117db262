import { IN_FUTURE_PATIENCE_MS } from '@graphtail/facts';
import type { Refusal } from '@graphtail/log';

/** How long the log has been behind the cursor of one fold. */
export class Isolation {
  #since: number | undefined;

  /** Whether to keep the state after this refusal: the log may be an old master's, and the right log may return. */
  mayEnd(refusal: Refusal): boolean {
    if (!refusal.retryable) return false;
    this.#since ??= performance.now();
    return performance.now() - this.#since < IN_FUTURE_PATIENCE_MS;
  }

  /** The caller reports that the log has accepted the cursor. */
  ended(): void {
    this.#since = undefined;
  }
}
