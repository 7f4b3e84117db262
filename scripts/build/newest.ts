import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Installed packages and specs, which no build contains. */
const LEFT_OUT = /^node_modules$|\.spec\.ts$/;

/**
 * The newest change below some paths, in ms since 1970; 0 if nothing exists. Folders count, because a deleted file changes only its folder.
 */
export async function newestChange(paths: readonly string[]): Promise<number> {
  return Math.max(0, ...(await Promise.all(paths.map(newest))));
}

async function newest(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  const names = (await readdir(path)).filter((name) => !LEFT_OUT.test(name));
  return Math.max(found.mtimeMs, await newestChange(names.map((name) => join(path, name))));
}
