import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.ts';
import { freePort } from '../../support/redis.ts';

/** It runs from its sources, which takes a busy machine long to load. */
const READY_WITHIN_MS = 90_000;
const ROOT = join(import.meta.dirname, '../../..');

export type AnotherService = { readonly url: string; readonly pid: number; stop(): Promise<void> };

/** A service's process, with nobody to start it again. Resolves when it is ready. */
export async function startAnother(service: 'notifier' | 'ingest', redisUrl: string): Promise<AnotherService> {
  const [port, dataDir] = [await freePort(), await mkdtemp(join(tmpdir(), 'graphtail-another-'))];
  const child = spawn(process.execPath, [`services/${service}/src/main.ts`], {
    cwd: ROOT,
    env: {
      ...process.env,
      GRAPHTAIL_REDIS_URL: redisUrl,
      GRAPHTAIL_PORT: String(port),
      GRAPHTAIL_DATA_DIR: dataDir,
      GRAPHTAIL_WORKERS: '1',
    },
    stdio: 'ignore',
  });
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  const url = `http://127.0.0.1:${String(port)}`;
  await eventually(
    () =>
      fetch(`${url}/ready`).then(
        (response) => response.ok,
        () => false,
      ),
    READY_WITHIN_MS,
  ).catch((error: unknown) => {
    kill();
    throw error;
  });
  return {
    url,
    pid: child.pid!,
    async stop() {
      process.off('exit', kill);
      if (child.exitCode === null && child.signalCode === null) {
        kill();
        await once(child, 'exit');
      }
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
