import { spawn, type ChildProcess } from 'node:child_process';
import { dirname, join } from 'node:path';
import { hasApt, libraryPath, programUnder, unpackPackages } from './debian.ts';
import { CACHE, howToInstall, isExecutable, NotProvided, onPath, versionText } from './programs.ts';

/** A Redis or Valkey server program and the environment that it needs. */
export type RedisServer = { serverPath: string; env: Record<string, string> };

const LEAST_MAJOR = 7;
const UNPACKED = join(CACHE, 'redis');

async function usable(server: RedisServer): Promise<boolean> {
  const text = await versionText(server.serverPath, server.env);
  return Number(/\bv=(\d+)\./.exec(text ?? '')?.[1] ?? 0) >= LEAST_MAJOR;
}

async function unpacked(): Promise<RedisServer | undefined> {
  const serverPath = await programUnder(UNPACKED, 'usr/bin/redis-server');
  if (serverPath === undefined) return undefined;
  const server = { serverPath, env: await libraryPath(UNPACKED) };
  return (await usable(server)) ? server : undefined;
}

/**
 * A Redis or Valkey server, version 7 or newer: from PATH, else the copy in the user's cache, else Debian's packages unpacked there
 * (nothing is installed or started).
 * @param say told what is being fetched, since that takes seconds
 * @throws {NotProvided} saying what to install.
 */
export async function provideRedis(say: (text: string) => void = () => undefined): Promise<RedisServer> {
  for (const serverPath of await onPath(['redis-server', 'valkey-server'])) {
    const server = { serverPath, env: {} };
    if (await usable(server)) return server;
  }
  const cached = await unpacked();
  if (cached !== undefined) return cached;
  const advice = `Redis or Valkey ${String(LEAST_MAJOR)} or newer is needed; ${howToInstall({ apt: 'redis-server', dnf: 'valkey', apk: 'redis', brew: 'redis' })}, or name a running one with --redis-url`;
  if (!(await hasApt())) throw new NotProvided(advice);
  say(`unpacking Debian's redis-server into ${UNPACKED} (nothing is installed)`);
  try {
    // The server is a link to a program of redis-tools.
    await unpackPackages(['redis-server', 'redis-tools'], UNPACKED);
  } catch (error) {
    throw new NotProvided(`${advice} (apt could not fetch it)`, { cause: error });
  }
  const fetched = await unpacked();
  if (fetched === undefined) throw new NotProvided(`${advice} (this system's package is older)`);
  return fetched;
}

/** A program, and its whole environment. */
export type AofChecker = { readonly path: string; readonly env: Readonly<Record<string, string | undefined>> };

/** The program that checks and repairs append-only files: the one that came with this server, else one on PATH. */
export async function aofChecker({ serverPath, env }: RedisServer): Promise<AofChecker | undefined> {
  const names = ['redis-check-aof', 'valkey-check-aof'];
  for (const name of names) {
    const path = join(dirname(serverPath), name);
    if (await isExecutable(path)) return { path, env: { ...process.env, ...env } };
  }
  const [path] = await onPath(names);
  return path === undefined ? undefined : { path, env: process.env };
}

/** The wrapper that ends a process with its parent, if this Linux has it. `setpriv` then becomes the server itself, by exec. */
async function endsWithParent(): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  const [setpriv] = await onPath(['setpriv']);
  return setpriv !== undefined && (await versionText(setpriv))?.includes('util-linux') ? setpriv : undefined;
}

/**
 * Starts a server in a process group of its own (Ctrl-C in a terminal is for its supervisor to handle), which the kernel asks to
 * end, in good order, should this process die without a word.
 * @param start calls what it is given: the caller can set what the process inherits, such as a umask
 */
export async function spawnRedis(
  server: RedisServer,
  args: readonly string[],
  start: (work: () => ChildProcess) => ChildProcess = (work) => work(),
): Promise<ChildProcess> {
  const setpriv = await endsWithParent();
  const [command, ...rest] =
    setpriv === undefined ? [server.serverPath, ...args] : [setpriv, '--pdeathsig', 'TERM', server.serverPath, ...args];
  return start(() =>
    spawn(command ?? server.serverPath, rest, { env: { ...process.env, ...server.env }, stdio: 'ignore', detached: true }),
  );
}
