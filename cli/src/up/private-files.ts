import { chmod, stat } from 'node:fs/promises';
import { makeFolder } from '@graphtail/runtime/folder';
import { UserError } from '../user-error.ts';

const OTHERS_WRITE = 0o002;
const GROUP_WRITES = 0o020;
const ONLY_THIS_USER = 0o700;
/** With this umask, only this user can access new files. */
const UMASK = 0o077;

/**
 * Creates a folder that only this user can enter, or closes an existing folder to all other users.
 * @throws {NodeJS.ErrnoException} if the folder can't be created
 * @throws {UserError} if the folder belongs to another user, or others could put files there: its content can't be trusted.
 */
export async function privateFolder(path: string): Promise<void> {
  makeFolder(path, ONLY_THIS_USER);
  const { uid, gid, mode } = await stat(path);
  const us = process.getuid?.() ?? uid;
  if (uid !== us)
    throw new UserError(`The data folder ${path} belongs to another user (uid ${String(uid)}); choose one of your own with --data-dir.`);
  // If each user has a group of their own, the umask is often 002. A folder that this group can write to is then closed to all other users.
  const foreignGroupWrites = (mode & GROUP_WRITES) !== 0 && gid !== process.getgid?.();
  if ((mode & OTHERS_WRITE) !== 0 || foreignGroupWrites)
    throw new UserError(
      `Other users can write to the data folder ${path}: make it yours with chmod 700, or choose another with --data-dir.`,
    );
  if ((mode & 0o777) !== ONLY_THIS_USER) await chmod(path, ONLY_THIS_USER);
}

/**
 * Calls `work` with a umask that keeps new files private to this user. A process that `work` starts inherits it. The umask applies to
 * the whole process, so `work` must not be asynchronous.
 */
export function privately<T>(work: () => T): T {
  const before = process.umask(UMASK);
  try {
    return work();
  } finally {
    process.umask(before);
  }
}
