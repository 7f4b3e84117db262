const REMEMBERED_MS = 60_000;
const REMEMBERED = 10_000;

/**
 * Refusals that no retry can help. A browser retries an event stream after any ending, unless the answer is 204. So the attempt after
 * such a refusal is answered 204, but only once: a person who then reloads the page is told the reason again.
 */
export class FinalAnswers {
  readonly #given = new Map<string, number>();

  /** Remembers an attempt that was refused, and that no retry can help. */
  give(attempt: string, now = Date.now()): void {
    this.#given.delete(attempt);
    this.#given.set(attempt, now);
    const oldest = this.#given.keys().next();
    if (this.#given.size > REMEMBERED && oldest.done !== true) this.#given.delete(oldest.value);
  }

  /** Whether the same attempt was remembered within the last 60 s; forgets it. */
  wasGiven(attempt: string, now = Date.now()): boolean {
    const at = this.#given.get(attempt);
    this.#given.delete(attempt);
    return at !== undefined && now - at < REMEMBERED_MS;
  }
}
