import { statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { whyUnwritable } from './why-unwritable.ts';

const LOOK_MS = 10_000;

type Logger = { warn(about: object, text: string): void; info(about: object, text: string): void };

/**
 * Checks every 10 seconds whether a service's data folder still exists and can be written, until `close`.
 * If the folder could not be written at the start (a container without a disk), the service works without it and nothing is reported.
 */
export class FolderWatch {
  readonly #folder: string;
  readonly #logger: Logger;
  readonly #closing = new AbortController();
  #why: string | undefined;

  private constructor(folder: string, logger: Logger) {
    this.#folder = folder;
    this.#logger = logger;
  }

  static async begin(folder: string, logger: Logger, lookMs = LOOK_MS): Promise<FolderWatch> {
    const watch = new FolderWatch(folder, logger);
    const inode = inodeOf(folder);
    if ((await whyUnwritable(folder)) === undefined) void watch.#watch(inode, lookMs);
    return watch;
  }

  /** Why the folder can't be used, one clause per reason, for `/health`; empty if it can be used. */
  get reasons(): readonly string[] {
    return this.#why === undefined ? [] : [`the data folder ${this.#folder} can't be used: ${this.#why}`];
  }

  close(): void {
    this.#closing.abort();
  }

  async #watch(inode: number | undefined, lookMs: number): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await wait(lookMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) this.#take(await whyLost(this.#folder, inode));
    }
  }

  #take(why: string | undefined): void {
    if (why === this.#why) return;
    this.#why = why;
    if (why !== undefined) this.#logger.warn({ folder: this.#folder, reason: why }, "the data folder can't be used");
    else this.#logger.info({ folder: this.#folder }, 'the data folder can be used again');
  }
}

/** Returns why the folder is lost; undefined if it is not. A new folder in its place does not hold what was written. */
async function whyLost(folder: string, inode: number | undefined): Promise<string | undefined> {
  const now = inodeOf(folder);
  return now !== undefined && now !== inode ? 'it was deleted or replaced' : whyUnwritable(folder);
}

function inodeOf(folder: string): number | undefined {
  return statSync(folder, { throwIfNoEntry: false })?.ino;
}
