import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import envPaths from 'env-paths';
import { z } from 'zod';
import { UserError } from '../user-error.ts';
import { privateFolder } from '../up/private-files.ts';
import { isAlive } from '../up/processes.ts';

/** The command itself, as this process runs it. */
const MAIN = process.argv[1]!;
const LockSchema = z.object({ pid: z.number().int(), address: z.string() });
type Running = z.infer<typeof LockSchema>;

/** The first start may have to install Redis. */
const PATIENCE_MS = 180_000;
const LOOK_MS = 200;
const LOW_PRIORITY = 10;

/**
 * A Graphtail for one folder that agents share. The first one starts it in the background, with one parsing thread and at low
 * priority; the last one that leaves ends it. Its data stays, so that the next start goes on where this one was.
 */
export class SharedGraphtail {
  readonly #root: string;
  readonly #dir: string;
  readonly #seats: string;

  constructor(root: string, dataDir = join(envPaths('graphtail', { suffix: '' }).data, 'agents', nameOf(root))) {
    this.#root = root;
    this.#dir = dataDir;
    this.#seats = join(dataDir, 'agents');
  }

  /** Its address, once it answers. @throws {UserError} if it does not start */
  async join(): Promise<string> {
    await privateFolder(this.#dir);
    await mkdir(this.#seats, { recursive: true, mode: 0o700 });
    await writeFile(join(this.#seats, String(process.pid)), '', { mode: 0o600 });
    const deadline = Date.now() + PATIENCE_MS;
    let child: ReturnType<typeof spawn> | undefined;
    while (Date.now() < deadline) {
      const running = await this.#running();
      if (running !== undefined && (await answers(running.address))) return running.address;
      if (running === undefined && child?.exitCode !== null) child = await this.#start();
      await wait(LOOK_MS);
    }
    throw new UserError(`Graphtail did not start within ${String(PATIENCE_MS / 1000)} s; see ${join(this.#dir, 'logs')}`);
  }

  /** Ends the shared Graphtail if no other agent uses it. */
  async leave(): Promise<void> {
    await rm(join(this.#seats, String(process.pid)), { force: true });
    const others = (await readdir(this.#seats).catch(() => [])).filter((pid) => isAlive(Number(pid)));
    const running = others.length === 0 ? await this.#running() : undefined;
    if (running !== undefined) process.kill(running.pid, 'SIGTERM');
  }

  /** What the data folder's lock says; undefined if nobody holds it. */
  async #running(): Promise<Running | undefined> {
    const text = await readFile(join(this.#dir, 'lock'), 'utf8').catch(() => 'null');
    const { data } = LockSchema.safeParse(JSON.parse(text));
    return data !== undefined && isAlive(data.pid) ? data : undefined;
  }

  async #start(): Promise<ReturnType<typeof spawn>> {
    const args = [MAIN, 'up', this.#root, '--data-dir', this.#dir, '--port', String(await freePort()), '--workers', '1'];
    const child = spawn(process.execPath, args, { detached: true, stdio: 'ignore' });
    child.unref();
    if (child.pid !== undefined) setPriority(child.pid, LOW_PRIORITY);
    return child;
  }
}

/** A folder's name in the data directory: readable, and the folder's alone. */
function nameOf(root: string): string {
  const name = root.slice(root.lastIndexOf('/') + 1).replace(/[^A-Za-z0-9._-]/g, '-');
  return `${name}-${createHash('sha256').update(root).digest('hex').slice(0, 12)}`;
}

async function answers(address: string): Promise<boolean> {
  try {
    return (await fetch(`${address}/health`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
