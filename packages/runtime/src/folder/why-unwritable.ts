import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Large enough that a file system needs a block for it. */
const PROBE = Buffer.alloc(16 * 1024, 1);

const CLAUSES: Readonly<Record<string, string>> = {
  ENOSPC: 'its disk is full',
  EDQUOT: 'the quota of its disk is used up',
  EROFS: 'it is on a read-only file system',
  EACCES: 'it is read-only for this user',
  EPERM: 'it is read-only for this user',
  ENOENT: 'no folder can be made there',
  ENOTDIR: 'there is a file in its place',
  EIO: 'its disk fails',
  EFBIG: 'its files may not grow any more (a limit of this process)',
};

/** Returns why a folder can't be used, as a clause for people, from the system's error. */
export function clauseOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return CLAUSES[code] ?? message;
}

/**
 * Returns why nothing can be written into an existing folder, as a clause for people; undefined if it can be written. Writes a small file
 * to find out.
 */
export async function whyUnwritable(folder: string): Promise<string | undefined> {
  const probe = join(folder, `.probe-${randomUUID()}`);
  try {
    const file = await open(probe, 'wx', 0o600);
    try {
      await file.writeFile(PROBE);
    } finally {
      await file.close();
      await rm(probe, { force: true });
    }
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'it was deleted' : clauseOf(error);
  }
}
