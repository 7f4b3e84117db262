import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { provideRedis, spawnRedis } from '../../scripts/provide/redis.ts';
import { freePort } from './free-port.ts';

export type RedisOptions = {
  /** Keep what was written over a restart (AOF, synced at every write). */
  appendonly?: boolean;
  /** Further server arguments, e.g. `['--replicaof', '127.0.0.1', '7001']`. */
  args?: readonly string[];
  /** It is a sentinel with these settings: a file, in which it keeps what it learns. */
  sentinel?: string;
  /** Where it keeps its files; default: a folder of its own that goes with it. */
  dir?: string;
};

export type TestRedis = {
  readonly url: string;
  readonly port: number;
  readonly dir: string;
  readonly pid: number;
  /** Ends it in good order (SIGTERM). A folder of its own is removed when this process ends. */
  stop(): Promise<void>;
  /** SIGKILL; `restart` brings it back. */
  kill(): Promise<void>;
  /** Ends it in good order if it runs, and starts it again on the same port and folder. */
  restart(): Promise<void>;
};

const READY_WITHIN_MS = 15_000;
const END_WITHIN_MS = 3_000;
const children = new Set<ChildProcess>();
const folders = new Set<string>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A real Redis of the spec's own, on a free port of 127.0.0.1; resolves once it answers. */
export async function startRedis(options: RedisOptions = {}): Promise<TestRedis> {
  const { dir } = options;
  const folder = dir ?? mkdtempSync(join(tmpdir(), 'graphtail-redis-'));
  if (dir === undefined) folders.add(folder);
  let { port, child } = await onFreePort(folder, options);

  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.ref();
    child.kill(signal);
    // One that writes its first append-only file, as after a synchronisation, does not end when it is asked to.
    const insist = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
    await exited;
    clearTimeout(insist);
  };
  return {
    url: `redis://127.0.0.1:${String(port)}`,
    port,
    dir: folder,
    get pid() {
      return child.pid ?? 0;
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    async restart() {
      await end('SIGTERM');
      const started = await start(port, folder, options);
      if (started === undefined) throw new Error(`Redis did not come back on port ${String(port)}; see ${join(folder, 'redis.log')}`);
      child = started;
    },
  };
}

/** Another process may take the port between asking for a free one and using it: then the server ends, and the next is tried. */
async function onFreePort(dir: string, options: RedisOptions): Promise<{ port: number; child: ChildProcess }> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const port = await freePort();
    const child = await start(port, dir, options);
    if (child !== undefined) return { port, child };
  }
  throw new Error(`Redis does not start; see ${join(dir, 'redis.log')}`);
}

async function start(
  port: number,
  dir: string,
  { appendonly = false, args = [], sentinel }: RedisOptions,
): Promise<ChildProcess | undefined> {
  const role = sentinel === undefined ? [] : [sentinel, '--sentinel'];
  const settings = ['--bind', '127.0.0.1', '--save', '', '--appendonly', appendonly ? 'yes' : 'no', '--appendfsync', 'always'];
  const files = ['--dir', dir, '--logfile', join(dir, 'redis.log')];
  const child = await spawnRedis(await provideRedis(), [...role, '--port', String(port), ...settings, ...files, ...args]);
  children.add(child);
  child.once('exit', () => children.delete(child));
  // A running server does not keep a finished spec run from ending.
  child.unref();
  const deadline = Date.now() + READY_WITHIN_MS;
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
    if (await answers(port)) return child;
    await wait(10);
  }
  child.kill('SIGKILL');
  return undefined;
}

/** A server that still loads its data answers with an error; one that wants a password does too, and is up. */
async function answers(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
  socket.setTimeout(1000, () => resolve(false));
  socket.once('data', (answer) => resolve(/^(\+PONG|-NOAUTH)/.test(String(answer))));
  socket.once('error', () => resolve(false));
  socket.once('close', () => resolve(false));
  const up = await promise;
  socket.destroy();
  return up;
}

export { freePort };
