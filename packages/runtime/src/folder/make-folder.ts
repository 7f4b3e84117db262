import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and its parents, if they are missing.
 * Node's `recursive` loops for ever below /proc, where a folder can't be made (ENOENT) although its parent exists.
 * @param mode the mode of the folders that are made
 * @throws {NodeJS.ErrnoException} the system's error; ENOTDIR if something else is in the folder's place
 */
export function makeFolder(path: string, mode = 0o777): void {
  try {
    mkdirSync(path, mode);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && statSync(path).isDirectory()) return;
    if (code === 'EEXIST') throw Object.assign(new Error('not a folder', { cause: error }), { code: 'ENOTDIR' });
    const parent = dirname(path);
    if (code !== 'ENOENT' || existsSync(parent)) throw error;
    makeFolder(parent, mode);
    makeFolder(path, mode);
  }
}
