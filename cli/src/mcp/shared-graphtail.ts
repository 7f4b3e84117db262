import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import envPaths from 'env-paths';
import { holderOf, isAlive, type LockHolder } from '@graphtail/runtime/folder';
import { UserError } from '../user-error.ts';
import { privateFolder } from '../up/private-files.ts';

/** The command itself, as this process runs it. */
const MAIN = process.argv[1]!;

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
      const address = running && addressIn(running);
      if (address !== undefined && (await answers(address))) return address;
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

  /** The Graphtail that holds the data folder's lock. */
  async #running(): Promise<LockHolder | undefined> {
    return holderOf(join(this.#dir, 'lock'));
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

/** The lock's holder tells the address of its page. */
function addressIn({ note }: LockHolder): string | undefined {
  return URL.canParse(note) ? new URL(note).origin : undefined;
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
