import { access, constants, stat } from 'node:fs/promises';

/** Why this worker can't analyse a root, without its path; undefined if the root is a folder that the worker may list. */
export async function whyUnreadable(root: string): Promise<string | undefined> {
  try {
    if (!(await stat(root)).isDirectory()) return 'it is not a folder';
    await access(root, constants.R_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'it does not exist';
    if (code === 'EACCES' || code === 'EPERM') return 'ingest may not read it';
    return `it can not be read (${code})`;
  }
}
