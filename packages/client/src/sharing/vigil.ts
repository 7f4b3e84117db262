/** How long a leader may be silent before it is asked whether it still runs, and how long its answer may take. */
const SILENCE_MS = 2_000;
const ANSWER_MS = 2_000;

/** `ask`: ask whether the leader runs. `gone`: it does not answer. `cut off`: there is a leader, and it has no connection. */
export type Verdict = 'well' | 'ask' | 'gone' | 'cut off';

/**
 * A follower's watch over its leader. A tab that is closed or crashes gives up its lock, but one that hangs keeps it. It has to be asked,
 * because timers of hidden tabs run once a minute, while messages reach them at once.
 */
export class Vigil {
  #heardAt: number;
  #askedAt: number | undefined;
  #waited = false;

  constructor(now: number) {
    this.#heardAt = now;
  }

  /** The leader said something. `connected`: whether it has a subscription. */
  heard(now: number, connected: boolean): void {
    if (!connected) {
      this.#waited = true;
      return;
    }
    this.#heardAt = now;
    this.#askedAt = undefined;
    this.#waited = false;
  }

  judge(now: number): Verdict {
    if (now - this.#heardAt < SILENCE_MS) return 'well';
    if (this.#askedAt === undefined) {
      this.#askedAt = now;
      this.#waited = false;
      return 'ask';
    }
    if (now - this.#askedAt < ANSWER_MS) return 'well';
    this.#askedAt = undefined;
    return this.#waited ? 'cut off' : 'gone';
  }
}
