const TOO_SLOW_MS = 60_000;

/** Limits how long a peer may take nothing of what it was sent. */
export class Patience {
  #movedAt: number;

  constructor(now: number) {
    this.#movedAt = now;
  }

  /** Whether the limit is reached. @param moved whether the peer took something since the last call, or had nothing to take */
  isOver(moved: boolean, now: number): boolean {
    if (moved) this.#movedAt = now;
    return now - this.#movedAt >= TOO_SLOW_MS;
  }
}
