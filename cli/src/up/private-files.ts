import { chmod, stat } from 'node:fs/promises';
import { makeFolder } from '@graphtail/runtime/folder';
import { UserError } from '../user-error.ts';

const OTHERS_WRITE = 0o002;
const GROUP_WRITES = 0o020;
const ONLY_THIS_USER = 0o700;
/** The umask under which new files are for this user alone. */
const UMASK = 0o077;

/**
 * Makes a folder that only this user can enter, or closes an existing one to everybody else.
 * @throws {NodeJS.ErrnoException} if there can be no such folder
 * @throws {UserError} if the folder is another user's, or others could put files there: what it holds can't be trusted.
 */
export async function privateFolder(path: string): Promise<void> {
  makeFolder(path, ONLY_THIS_USER);
  const { uid, gid, mode } = await stat(path);
  const us = process.getuid?.() ?? uid;
  if (uid !== us)
    throw new UserError(`The data folder ${path} belongs to another user (uid ${String(uid)}); choose one of your own with --data-dir.`);
  // Where each user has a group of their own, the umask is often 002: writable by that group is writable by nobody else.
  const foreignGroupWrites = (mode & GROUP_WRITES) !== 0 && gid !== process.getgid?.();
  if ((mode & OTHERS_WRITE) !== 0 || foreignGroupWrites)
    throw new UserError(
      `Other users can write to the data folder ${path}: make it yours with chmod 700, or choose another with --data-dir.`,
    );
  if ((mode & 0o777) !== ONLY_THIS_USER) await chmod(path, ONLY_THIS_USER);
}

/** Calls `work` with a umask that leaves new files to this user; a process started by it keeps that. The umask is the whole process's, so `work` can't wait. */
export function privately<T>(work: () => T): T {
  const before = process.umask(UMASK);
  try {
    return work();
  } finally {
    process.umask(before);
  }
}
