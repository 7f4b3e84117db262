import { dirname, join, resolve } from 'node:path';
import { readText, statOf } from '@graphtail/analysis';

/** Size limit of a `.git` file and of `commondir`: each holds a path and a few words. */
const MAX_LINK_BYTES = 8 * 1024;

/** Where git keeps what belongs to one work tree. */
export type GitFolders = {
  /** The top folder of the work tree. */
  readonly top: string;
  /** The folder with HEAD and the index. */
  readonly own: string;
  /** The folder with references and objects: that of the main work tree. */
  readonly common: string;
};

/** The folders of the work tree that contains `root`; undefined if no work tree contains it. Runs no program. */
export function gitFoldersOf(root: string): GitFolders | undefined {
  for (let top = resolve(root); ; top = dirname(top)) {
    const own = ownFolder(top);
    if (own !== undefined) return { top, own, common: commonFolder(own) };
    if (top === dirname(top)) return undefined;
  }
}

/** In a linked work tree or a submodule, `.git` is a file with the folder's path. */
function ownFolder(top: string): string | undefined {
  const path = join(top, '.git');
  const stat = statOf(path);
  if (stat?.isDirectory() === true) return path;
  if (stat?.isFile() !== true) return undefined;
  const linked = /^gitdir: (.+)$/m.exec(textOf(top, '.git') ?? '')?.[1];
  return linked === undefined ? undefined : resolve(top, linked);
}

function commonFolder(own: string): string {
  const linked = textOf(own, 'commondir')?.trim();
  return linked === undefined || linked === '' ? own : resolve(own, linked);
}

function textOf(folder: string, name: string): string | undefined {
  try {
    return readText(folder, name, MAX_LINK_BYTES);
  } catch {
    return undefined; // absent, or not written by git
  }
}
