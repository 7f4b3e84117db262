import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { clauseOf, whyUnwritable } from '@graphtail/runtime/folder';
import { z } from 'zod';
import { UserError } from '../user-error.ts';
import { privateFolder } from './private-files.ts';
import { isAlive, startOf } from './processes.ts';

const LockSchema = z.object({ pid: z.number().int(), start: z.string(), address: z.string() });
type Lock = z.infer<typeof LockSchema>;

/** How long to wait, ms, until another start that found the same stale lock has put its own lock in place. */
const SETTLE_MS = 50;

/** The data folder, used by one running Graphtail only. No other user can enter it. */
export class DataDir {
  readonly path: string;
  readonly redis: string;
  readonly logs: string;
  readonly #lock: string;
  #held: Lock | undefined;

  private constructor(path: string) {
    this.path = path;
    this.redis = join(path, 'redis');
    this.logs = join(path, 'logs');
    this.#lock = join(path, 'lock');
  }

  /**
   * Locks the folder, and creates it if it is missing. A lock of a process that has ended is taken over.
   * @param address this Graphtail's address, shown to another one that tries to take the folder
   * @throws {UserError} if another Graphtail uses the folder, it can't be written, or it is not this user's alone.
   */
  static async take(path: string, address: string): Promise<DataDir> {
    const dir = new DataDir(path);
    try {
      for (const folder of [dir.path, dir.redis, dir.logs]) await privateFolder(folder);
      const why = await whyUnwritable(dir.redis);
      if (why !== undefined) throw unusable(path, why);
      dir.#held = { pid: process.pid, start: startOf(process.pid), address };
      await dir.#take(dir.#held);
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw unusable(path, clauseOf(error));
    }
    return dir;
  }

  async #take(mine: Lock): Promise<void> {
    const own = `${this.#lock}.${String(mine.pid)}`;
    await writeFile(own, JSON.stringify(mine), { mode: 0o600 });
    try {
      await link(own, this.#lock);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const other = await this.#read();
      if (other !== undefined && isHeld(other)) throw inUse(this.path, other);
      await rename(own, this.#lock);
      await wait(SETTLE_MS);
      const now = await this.#read();
      if (now?.pid !== mine.pid && now !== undefined) throw inUse(this.path, now);
    } finally {
      await rm(own, { force: true });
    }
  }

  /** The lock; undefined if there is none, or a crash left it half written. */
  async #read(): Promise<Lock | undefined> {
    try {
      return LockSchema.parse(JSON.parse(await readFile(this.#lock, 'utf8')));
    } catch {
      return undefined;
    }
  }

  /** Replaces the address that is shown to another Graphtail. */
  async moved(address: string): Promise<void> {
    const own = `${this.#lock}.${String(process.pid)}`;
    await writeFile(own, JSON.stringify({ ...this.#held, address }), { mode: 0o600 });
    await rename(own, this.#lock);
  }

  async release(): Promise<void> {
    await rm(this.#lock, { force: true });
  }
}

function isHeld({ pid, start }: Lock): boolean {
  return isAlive(pid) && (start === '' || startOf(pid) === start);
}

function unusable(path: string, why: string): UserError {
  return new UserError(`Can't use the data folder ${path}: ${why}. Choose another with --data-dir.`);
}

function inUse(path: string, { pid, address }: Lock): UserError {
  return new UserError(
    `The data folder ${path} is in use by the Graphtail at ${address} (pid ${String(pid)}); stop that one, or choose another with --data-dir.`,
  );
}
