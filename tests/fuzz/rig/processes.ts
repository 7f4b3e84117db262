import { readdir, readFile, readlink } from 'node:fs/promises';

export const PROCESSES = ['ingest', 'projector', 'notifier', 'gateway', 'redis-server'] as const;
export type ProcessName = (typeof PROCESSES)[number];

const PAGE_BYTES = 4096;

/** What one process holds at a moment. */
export type Held = { readonly descriptors: number; readonly rssBytes: number };

/** Undefined if the process has ended. */
export async function heldBy(pid: number): Promise<Held | undefined> {
  try {
    const [descriptors, statm] = await Promise.all([readdir(`/proc/${String(pid)}/fd`), readFile(`/proc/${String(pid)}/statm`, 'utf8')]);
    const rssPages = Number(statm.split(' ')[1]);
    return rssPages === 0 ? undefined : { descriptors: descriptors.length, rssBytes: rssPages * PAGE_BYTES }; // 0: nobody has waited for it yet
  } catch {
    return undefined;
  }
}

/** A variable of a process's environment, as it was when the process started. */
export async function variableOf(pid: number, name: string): Promise<string | undefined> {
  const variables = (await readFile(`/proc/${String(pid)}/environ`, 'utf8')).split('\0');
  return variables.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
}

const LISTEN = '0A';

/** The port on which a process listens, as the system tells. */
export async function portOf(pid: number): Promise<number> {
  const folder = `/proc/${String(pid)}/fd`;
  const links = await Promise.all((await readdir(folder)).map((fd) => readlink(`${folder}/${fd}`).catch(() => '')));
  const inodes = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  for (const line of (await readFile(`/proc/${String(pid)}/net/tcp`, 'utf8')).split('\n').slice(1)) {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    if (state === LISTEN && inodes.has(inode)) return Number.parseInt(local.slice(local.indexOf(':') + 1), 16);
  }
  throw new Error(`process ${String(pid)} does not listen`);
}
