import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, parse, relative, resolve, sep } from 'node:path';

/** Folders of the system: devices, other processes' memory, secrets. Nothing in them is a code base. */
const SYSTEM_TREES = ['/proc', '/dev', '/sys', '/etc', '/boot', '/run', '/System', '/private/etc'];
/** The folder in which systems mount a user's removable disks. */
const MOUNTED = '/run/media';
/** Code bases may lie below these folders, but each folder as a whole belongs to the system. */
const SYSTEM_FOLDERS = new Set([
  '/usr',
  '/usr/bin',
  '/usr/sbin',
  '/usr/lib',
  '/usr/lib64',
  '/bin',
  '/sbin',
  '/lib',
  '/lib64',
  '/var',
  '/home',
]);

export type RootRules = {
  /** The folder of Graphtail's own data. */
  readonly dataDir?: string | undefined;
  /** A root must be one of these folders or lie below one. Undefined: it may lie anywhere. */
  readonly within?: readonly string[] | undefined;
};

export type RootRefusal = { readonly code: 'BAD_REQUEST' | 'FORBIDDEN'; readonly message: string };

/** Returns why a folder may not become a graph's root; undefined if it may. Symbolic links are resolved first, also in the rules. */
export async function rootRefusal(root: string, { dataDir, within }: RootRules): Promise<RootRefusal | undefined> {
  const refused = (message: string): RootRefusal => ({ code: 'BAD_REQUEST', message });
  const place = await realPlace(root);
  if (
    place === undefined ||
    !(await stat(place)
      .then((found) => found.isDirectory())
      .catch(() => false))
  )
    return refused(`there is no folder at ${root}`);
  const named = place === root ? root : `${root}, which is ${place},`;
  if (place === parse(place).root) return refused(`${named} is the whole file system; name the folder of a code base`);
  const isSystem = SYSTEM_TREES.some((tree) => isWithin(tree, place)) && !(isWithin(MOUNTED, place) && place !== MOUNTED);
  if (isSystem || SYSTEM_FOLDERS.has(place)) return refused(`${named} is a folder of the system, not of a code base`);
  const data = dataDir === undefined ? undefined : await realPlace(dataDir);
  if (data !== undefined && isWithin(data, place)) return refused(`${named} lies in Graphtail's own data folder`);
  if (within === undefined) return undefined;
  for (const folder of within) {
    const allowed = await realPlace(folder);
    if (allowed !== undefined && isWithin(allowed, place)) return undefined;
  }
  const message = `${named} lies below no folder that graphs may be added from: see --allow-root`;
  return { code: 'FORBIDDEN', message };
}

async function realPlace(path: string): Promise<string | undefined> {
  return realpath(resolve(path)).catch(() => undefined);
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
