import { whyUnreadable } from '../why-unreadable.ts';

/** The root can't be read, so nothing is known about its files. They must not count as deleted. */
export class RootUnreadable extends Error {
  override readonly name = 'RootUnreadable';
}

/**
 * Whether a graph's root can be read. When it can't, the log says so once, as a failed analysis. When it can again, an analysis has to
 * follow even if no file differs: otherwise the failure would stay the last word.
 */
export class RootAccess {
  readonly #root: string;
  readonly #tell: (reason: string, signal: AbortSignal) => Promise<unknown>;
  #why: string | undefined;
  #isTold = false;

  /** @param tell appends a failed analysis with this reason */
  constructor(root: string, tell: (reason: string, signal: AbortSignal) => Promise<unknown>) {
    this.#root = root;
    this.#tell = tell;
  }

  /** Why the root can't be read, as of the last check. */
  get why(): string | undefined {
    return this.#why;
  }

  /** The log says that the root can't be read, and no analysis has been completed since. */
  get isTold(): boolean {
    return this.#isTold;
  }

  /** @throws {RootUnreadable} */
  async look(): Promise<void> {
    this.#why = await whyUnreadable(this.#root);
    if (this.#why !== undefined) throw new RootUnreadable(`the folder can't be analysed: ${this.#why}`);
  }

  /** Looks, and if the root can't be read, the log says so. @throws {RootUnreadable} */
  async check(signal: AbortSignal): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      if (!this.#isTold) await this.#tell((error as Error).message, signal);
      this.#isTold = true;
      throw error;
    }
  }

  /** An analysis has ended. If it failed because the root can't be read, it has told so itself. */
  analysed(end: 'completed' | 'failed'): void {
    this.#isTold = end === 'failed' && this.#why !== undefined;
  }
}
