import { readText } from '@graphtail/analysis';
import type { GitFolders } from './git-folder.ts';

const MAX_REF_BYTES = 4 * 1024;
const MAX_PACKED_BYTES = 4 * 1024 * 1024;
const HASH = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const BRANCHES = 'refs/heads/';

export type GitHead = {
  readonly commit: string;
  /** null: no branch is checked out. */
  readonly branch: string | null;
};

/** The commit that is checked out; undefined if there is none yet, or if it can't be read. Runs no program. */
export function readHead({ own, common }: GitFolders): GitHead | undefined {
  const head = textOf(own, 'HEAD', MAX_REF_BYTES)?.trim();
  if (head === undefined) return undefined;
  const name = /^ref: (refs\/\S+)$/.exec(head)?.[1];
  if (name === undefined) return HASH.test(head) ? { commit: head, branch: null } : undefined;
  if (name.split('/').includes('..')) return undefined;
  const commit = textOf(common, name, MAX_REF_BYTES)?.trim() ?? packedRef(common, name);
  if (commit === undefined || !HASH.test(commit)) return undefined;
  return { commit, branch: name.startsWith(BRANCHES) ? name.slice(BRANCHES.length) : name };
}

/** A reference from the file in which git keeps references that did not change for a while: `<hash> <name>` per line. */
function packedRef(common: string, name: string): string | undefined {
  const packed = textOf(common, 'packed-refs', MAX_PACKED_BYTES);
  const end = packed?.indexOf(` ${name}\n`) ?? -1;
  return end < 0 ? undefined : packed!.slice(packed!.lastIndexOf('\n', end) + 1, end);
}

function textOf(folder: string, name: string, maxBytes: number): string | undefined {
  try {
    return readText(folder, name, maxBytes);
  } catch {
    return undefined; // absent, too large, or not a regular file
  }
}
