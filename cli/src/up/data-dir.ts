import { join } from 'node:path';
import { clauseOf, FileLock, whyUnwritable, type LockHolder } from '@graphtail/runtime/folder';
import { UserError } from '../user-error.ts';
import { privateFolder } from './private-files.ts';

const REDIS = 'redis';
const LOGS = 'logs';

/** The data folder, used by one running Graphtail only. No other user can enter it. */
export class DataDir {
  readonly path: string;
  readonly redis: string;
  readonly logs: string;
  readonly #lock: FileLock;

  private constructor(path: string, lock: FileLock) {
    this.path = path;
    this.redis = join(path, REDIS);
    this.logs = join(path, LOGS);
    this.#lock = lock;
  }

  /**
   * Locks the folder, and creates it if it is missing. A lock of a process that has ended is taken over.
   * @param address this Graphtail's address, shown to another one that tries to take the folder
   * @throws {UserError} if another Graphtail uses the folder, it can't be written, or it is not this user's alone.
   */
  static async take(path: string, address: string): Promise<DataDir> {
    try {
      for (const folder of [path, join(path, REDIS), join(path, LOGS)]) await privateFolder(folder);
      const why = await whyUnwritable(join(path, REDIS));
      if (why !== undefined) throw unusable(path, why);
      const lock = await FileLock.take(join(path, 'lock'), address);
      if (lock instanceof FileLock) return new DataDir(path, lock);
      throw inUse(path, lock);
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw unusable(path, clauseOf(error));
    }
  }

  /** Replaces the address that is shown to another Graphtail. */
  async moved(address: string): Promise<void> {
    await this.#lock.renote(address);
  }

  async release(): Promise<void> {
    await this.#lock.release();
  }
}

function unusable(path: string, why: string): UserError {
  return new UserError(`Can't use the data folder ${path}: ${why}. Choose another with --data-dir.`);
}

function inUse(path: string, { pid, note: address }: LockHolder): UserError {
  return new UserError(
    `The data folder ${path} is in use by the Graphtail at ${address} (pid ${String(pid)}); stop that one, or choose another with --data-dir.`,
  );
}
