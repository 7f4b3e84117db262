import { once } from 'node:events';
import { mkdtemp, readlink, rm, rmdir, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The longest path that a socket can have on both systems: 103 bytes on macOS, 107 on Linux. */
const LONGEST_BYTES = 103;
const NAME = 'redis.sock';

/** A socket's path that Redis can listen on and clients can connect to. */
export type RedisSocket = { readonly path: string; release(): Promise<void> };

/**
 * Finds a path for the private Redis's socket: `redis.sock` in its folder. If that path is too long, or its file system has no sockets,
 * the socket is in a private folder below the system's temporary folder, and `redis.sock` is a link to it.
 * @param folder Redis's folder; only this user can enter it, and no Redis runs in it
 */
export async function redisSocket(folder: string): Promise<RedisSocket> {
  const here = join(folder, NAME);
  await removeLeftover(here);
  if (await canListen(here)) return { path: here, release: () => rm(here, { force: true }) };
  const elsewhere = await mkdtemp(join(shortTemporaryFolder(), 'graphtail-')); // 0700
  const path = join(elsewhere, NAME);
  await symlink(path, here);
  return { path, release: () => removeLeftover(here) };
}

/** Removes what a killed Graphtail left: a socket, or the link and the folder that it leads to. */
async function removeLeftover(here: string): Promise<void> {
  const target = await readlink(here).catch(() => undefined);
  if (target !== undefined) {
    await rm(target, { force: true });
    await rmdir(dirname(target)).catch(() => undefined); // may have been removed with other temporary files
  }
  await rm(here, { force: true });
}

async function canListen(path: string): Promise<boolean> {
  if (Buffer.byteLength(path) > LONGEST_BYTES) return false;
  const server = createServer();
  try {
    server.listen(path);
    await once(server, 'listening');
    server.close(); // removes the file
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}

function shortTemporaryFolder(): string {
  const longest = LONGEST_BYTES - Buffer.byteLength(`/graphtail-XXXXXX/${NAME}`);
  return Buffer.byteLength(tmpdir()) <= longest ? tmpdir() : '/tmp';
}
