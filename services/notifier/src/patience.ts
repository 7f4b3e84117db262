const TOO_SLOW_MS = 60_000;

/** How long a peer may leave what it was sent where it is. */
export class Patience {
  #movedAt: number;

  constructor(now: number) {
    this.#movedAt = now;
  }

  /** Whether it has ended. @param moved the peer has taken something since the last call, or there was nothing that it should take */
  isOver(moved: boolean, now: number): boolean {
    if (moved) this.#movedAt = now;
    return now - this.#movedAt >= TOO_SLOW_MS;
  }
}
