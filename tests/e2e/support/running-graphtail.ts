import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from '../../support/free-port.ts';

const ROOT = join(import.meta.dirname, '../../..');
const FIXTURE = join(import.meta.dirname, '../fixtures/shop');
/** Redis and the dashboard's build included. */
const STARTS_WITHIN_MS = 120_000;

/** The whole product, as a person starts it, on a copy of the fixture that a spec may change. */
export type RunningGraphtail = {
  readonly url: string;
  /** The analysed folder. */
  readonly source: string;
  /** With these, its HTTP interface may be read. */
  readonly headers: Readonly<Record<string, string>>;
  /** FLUSHALL on its private Redis: the log, its snapshots and the list of graphs are gone. */
  emptyRedis(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * @param jwtSecret what tokens are signed with; undefined: none is asked for
 * @throws if it does not answer in time, with what it printed.
 */
export async function startGraphtail(jwtSecret?: string): Promise<RunningGraphtail> {
  const folder = await mkdtemp(join(tmpdir(), 'graphtail-e2e-'));
  const source = join(folder, 'shop');
  await cp(FIXTURE, source, { recursive: true });
  const port = await freePort();
  const url = `http://127.0.0.1:${String(port)}`;
  const data = join(folder, 'data');
  const args = ['cli/src/main.ts', 'up', source, '--port', String(port), '--data-dir', data];
  const headers: Record<string, string> = jwtSecret === undefined ? {} : { authorization: `Bearer ${makeToken(jwtSecret, 'read', '30m')}` };
  const env = jwtSecret === undefined ? process.env : { ...process.env, GRAPHTAIL_JWT_SECRET: jwtSecret };
  const up = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed: string[] = [];
  for (const stream of [up.stdout, up.stderr]) stream.on('data', (chunk: Buffer) => printed.push(chunk.toString()));

  const stop = async (): Promise<void> => {
    await ended(up);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await answers(url, up, headers);
  } catch (error) {
    await stop();
    throw new Error(`Graphtail did not start:\n${printed.join('')}`, { cause: error });
  }
  return { url, source, headers, emptyRedis: () => emptyRedis(data), stop };
}

/** A token as a person makes one, by the command. */
export function makeToken(jwtSecret: string, role: 'read' | 'operate' | 'admin', expires: string): string {
  const args = ['cli/src/main.ts', 'token', '--role', role, '--expires', expires];
  return execFileSync(process.execPath, args, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, GRAPHTAIL_JWT_SECRET: jwtSecret },
  }).trim();
}

/** Waits until all services answer, the dashboard is built, and the first analysis is over: nothing is under way then. */
async function answers(url: string, up: ChildProcess, headers: Record<string, string>): Promise<void> {
  const end = Date.now() + STARTS_WITHIN_MS;
  while (Date.now() < end) {
    if (up.exitCode !== null) throw new Error(`ended with ${String(up.exitCode)}`);
    if ((await ok(`${url}/health`)) && (await ok(url)) && (await analysed(url, headers))) return;
    await pause(200);
  }
  throw new Error(`no answer within ${String(STARTS_WITHIN_MS / 1000)} s`);
}

async function ok(address: string): Promise<boolean> {
  try {
    return (await fetch(address)).ok;
  } catch {
    return false; // not listening yet
  }
}

async function analysed(url: string, headers: Record<string, string>): Promise<boolean> {
  const response = await fetch(`${url}/api/log/facts?types=analysis_completed`, { headers });
  return response.ok && ((await response.json()) as { facts: unknown[] }).facts.length > 0;
}

async function emptyRedis(data: string): Promise<void> {
  const redis = new Redis({ path: join(data, 'redis/redis.sock') });
  await redis.flushall();
  await redis.quit();
}

async function ended(up: ChildProcess): Promise<void> {
  if (up.exitCode !== null || up.signalCode !== null) return;
  const exit = once(up, 'exit');
  up.kill('SIGINT');
  const late = setTimeout(() => up.kill('SIGKILL'), 10_000);
  await exit;
  clearTimeout(late);
}
