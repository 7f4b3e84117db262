import { access, constants, stat } from 'node:fs/promises';

/** Whether this worker can analyse a root, that is, whether it is a folder that the worker may list. */
export async function canRead(root: string): Promise<boolean> {
  try {
    await access(root, constants.R_OK | constants.X_OK);
    return (await stat(root)).isDirectory();
  } catch {
    return false;
  }
}
