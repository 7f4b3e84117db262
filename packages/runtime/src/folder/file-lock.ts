import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { isAlive, startOf } from './processes.ts';

const HolderSchema = z.object({ pid: z.number().int().positive(), start: z.string(), note: z.string() });

/** The process that holds a lock. `start` tells it from a later process with the same pid; `note` is what it says about itself. */
export type LockHolder = z.infer<typeof HolderSchema>;

/** How often `waitFor` tries again, ms. */
const AGAIN_MS = 200;

let made = 0;

/**
 * A lock that one process of this machine holds, as a file. It names its holder, so it is free again when that process has ended in
 * whatever way, even if another process has its pid by then.
 *
 * The file appears by `link`, which only one process can do, and is whole from then on. A file whose holder has ended is replaced under
 * a second lock, `<path>.next`: without it, a process that was slow to find the file stale would replace the lock of a faster one.
 */
export class FileLock {
  readonly #path: string;
  #text: string;

  private constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
  }

  /**
   * Takes the lock if it is free. The folder must exist.
   * @param note what another process is told that tries to take the lock
   * @returns the lock, or who holds it
   */
  static async take(path: string, note = ''): Promise<FileLock | LockHolder> {
    const text = thisProcess(note);
    const own = ownName(path);
    await writeFile(own, text, { mode: 0o600 });
    try {
      if (await linked(own, path)) return new FileLock(path, text);
      const holder = await holderOf(path);
      if (holder !== undefined) return holder;
      const next = await FileLock.take(`${path}.next`, note);
      if (!(next instanceof FileLock)) return next;
      try {
        const faster = await holderOf(path);
        if (faster !== undefined) return faster;
        await rename(own, path);
        return new FileLock(path, text);
      } finally {
        await next.release();
      }
    } finally {
      await rm(own, { force: true });
    }
  }

  /** Takes the lock as soon as it is free. @throws if the signal is aborted */
  static async waitFor(path: string, signal: AbortSignal): Promise<FileLock> {
    for (;;) {
      const taken = await FileLock.take(path);
      if (taken instanceof FileLock) return taken;
      await wait(AGAIN_MS, undefined, { signal });
    }
  }

  /** Replaces what another process is told that tries to take the lock. */
  async renote(note: string): Promise<void> {
    if ((await textOf(this.#path)) !== this.#text) return;
    const own = ownName(this.#path);
    this.#text = thisProcess(note);
    await writeFile(own, this.#text, { mode: 0o600 });
    await rename(own, this.#path);
  }

  /** Frees the lock. If its file was deleted and another process has taken the lock since, that process keeps it. */
  async release(): Promise<void> {
    if ((await textOf(this.#path)) === this.#text) await rm(this.#path, { force: true });
  }
}

function thisProcess(note: string): string {
  return JSON.stringify({ pid: process.pid, start: startOf(process.pid), note } satisfies LockHolder);
}

/** A name for a file that becomes the lock. */
function ownName(path: string): string {
  return `${path}.${String(process.pid)}-${String(made++)}`;
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** The living process that holds the lock; undefined if there is none, or a power cut left the file empty. */
export async function holderOf(path: string): Promise<LockHolder | undefined> {
  try {
    const holder = HolderSchema.parse(JSON.parse((await textOf(path)) ?? ''));
    return isAlive(holder.pid) && (holder.start === '' || startOf(holder.pid) === holder.start) ? holder : undefined;
  } catch {
    return undefined;
  }
}

function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
