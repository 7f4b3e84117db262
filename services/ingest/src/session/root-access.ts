import { whyUnreadable } from '../why-unreadable.ts';

const SAID = "the folder can't be analysed: ";

/** The root can't be read, so nothing is known about its files. They must not count as deleted. */
export class RootUnreadable extends Error {
  override readonly name = 'RootUnreadable';
}

/** Whether the reason of a failed analysis is that its root could not be read. */
export function isAboutRoot(reason: string): boolean {
  return reason.startsWith(SAID);
}

/** The graph's log, as far as it says that the root can't be read. */
export type RootTold = {
  /** Why the newest analysis failed, if it did. */
  readonly reason: () => string | undefined;
  /** Appends a failed analysis. */
  readonly tell: (reason: string, signal: AbortSignal) => Promise<unknown>;
};

/** Whether a graph's root can be read. When it can't, the log says so once, as a failed analysis. */
export class RootAccess {
  readonly #root: string;
  readonly #told: RootTold;
  #why: string | undefined;

  constructor(root: string, told: RootTold) {
    this.#root = root;
    this.#told = told;
  }

  /** Why the root can't be read, as of the last check. */
  get why(): string | undefined {
    return this.#why;
  }

  /** @throws {RootUnreadable} */
  async look(): Promise<void> {
    this.#why = await whyUnreadable(this.#root);
    if (this.#why !== undefined) throw new RootUnreadable(`${SAID}${this.#why}`);
  }

  /** Looks, and if the root can't be read, the log says so. @throws {RootUnreadable} */
  async check(signal: AbortSignal): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      const { message } = error as Error;
      if (this.#told.reason() !== message) await this.#told.tell(message, signal);
      throw error;
    }
  }
}
