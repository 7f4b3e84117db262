import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { freePort } from './redis.ts';

const CLI = new URL('../../cli/src/main.ts', import.meta.url).pathname;
const FIXTURE = new URL('../fixtures/shop', import.meta.url).pathname;
const UP_WITHIN_MS = 60_000;

export type Pipeline = {
  readonly url: string;
  readonly graph: string;
  /** The analysed folder: a copy that may be changed. */
  readonly root: string;
  readonly dataDir: string;
  /** What it said so far, on both streams. */
  output(): string;
  get<T = Record<string, unknown>>(path: string): Promise<T>;
  post<T = Record<string, unknown>>(path: string, body: unknown): Promise<T>;
  /** Pid of a service's process, or of the private Redis (`redis-server`); undefined while it is not there. */
  pidOf(process: string): Promise<number | undefined>;
  /** Ctrl-C; resolves with the milliseconds that it took to end. Rejects if a service has met an error that nothing expected. */
  stop(): Promise<number>;
  /** Starts again on the same folders; resolves with the milliseconds until it was healthy. */
  restart(): Promise<number>;
};

export type PipelineOptions = {
  readonly graph?: string;
  readonly args?: readonly string[];
  readonly source?: string;
  readonly env?: Record<string, string>;
};

const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** The whole product, as `npm start` runs it, on a copy of a small code base. Resolves when it is healthy. */
export async function startPipeline({ graph = 'shop', args = [], source = FIXTURE, env = {} }: PipelineOptions = {}): Promise<Pipeline> {
  const home = await mkdtemp(join(tmpdir(), 'graphtail-pipeline-'));
  const [root, dataDir, port] = [join(home, graph), join(home, 'data'), await freePort()];
  await cp(source, root, { recursive: true });
  const url = `http://127.0.0.1:${String(port)}`;
  let said = '';
  let child: ChildProcess;

  const start = async (): Promise<number> => {
    const began = performance.now();
    child = spawn(process.execPath, [CLI, 'up', root, '--graph', graph, '--port', String(port), '--data-dir', dataDir, ...args], {
      env: { ...process.env, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (said += String(chunk)));
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error(`it ended with ${String(child.exitCode)}:\n${said}`);
      return fetch(`${url}/health`).then(
        (response) => response.ok,
        () => false,
      );
    }, UP_WITHIN_MS).catch((error: unknown) => {
      throw new Error(`not healthy: ${(error as Error).message}\n${said}`);
    });
    return performance.now() - began;
  };
  const stop = async (): Promise<number> => {
    const began = performance.now();
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGINT');
      await once(child, 'exit');
    }
    running.delete(child);
    return performance.now() - began;
  };
  const call = async <T>(path: string, init?: RequestInit): Promise<T> => {
    const response = await fetch(`${url}${path}`, init);
    if (!response.ok) throw new Error(`${path}: ${String(response.status)} ${await response.text()}`);
    return (await response.json()) as T;
  };

  await start();
  return {
    url,
    graph,
    root,
    dataDir,
    output: () => said,
    get: (path) => call(path),
    post: (path, body) => call(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    pidOf: (name) => pidBelow(child.pid ?? 0, name === 'redis-server' ? /redis-server|valkey-server/ : new RegExp(`services/${name}/`)),
    async stop() {
      const took = await stop();
      await assertNothingUncaught(join(dataDir, 'logs'));
      await rm(home, { recursive: true, force: true });
      return took;
    },
    async restart() {
      await stop();
      return start();
    },
  };
}

/** @throws {Error} if a service met an error that nothing in it expected: it was restarted, but that is a bug. */
async function assertNothingUncaught(logs: string): Promise<void> {
  for (const name of await readdir(logs)) {
    const line = (await read(join(logs, name))).split('\n').find((each) => each.includes('"msg":"uncaught error"'));
    if (line !== undefined) throw new Error(`${name}: ${line}`);
  }
}

async function pidBelow(parent: number, command: RegExp): Promise<number | undefined> {
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const [line, stat] = await Promise.all([read(`/proc/${entry}/cmdline`), read(`/proc/${entry}/stat`)]);
    const ppid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    if (ppid === parent && command.test(line)) return Number(entry);
  }
  return undefined;
}

function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
