const REMEMBERED_MS = 60_000;
const REMEMBERED = 10_000;

/**
 * Refusals that no retry helps. A browser retries an event stream whatever it was told, unless it is answered 204:
 * the attempt that follows a refusal gets that, once, so that a person who reloads the page is told the reason again.
 */
export class FinalAnswers {
  readonly #given = new Map<string, number>();

  /** Remembers an attempt that was refused for good. */
  give(attempt: string, now = Date.now()): void {
    this.#given.delete(attempt);
    this.#given.set(attempt, now);
    const oldest = this.#given.keys().next();
    if (this.#given.size > REMEMBERED && oldest.done !== true) this.#given.delete(oldest.value);
  }

  /** Whether the same attempt was refused for good a moment ago; forgets it. */
  wasGiven(attempt: string, now = Date.now()): boolean {
    const at = this.#given.get(attempt);
    this.#given.delete(attempt);
    return at !== undefined && now - at < REMEMBERED_MS;
  }
}
