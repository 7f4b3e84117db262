import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAIN = new URL('../../services/ingest/src/main.ts', import.meta.url);

/** One ingest in a process of its own. */
export type IngestProcess = {
  readonly url: string;
  /** Graphs that it looks after; `undefined` where it does not answer. */
  graphs(): Promise<string[] | undefined>;
  /** Ingest processes that it knows to live, with itself; `undefined` where it does not answer. */
  workers(): Promise<number | undefined>;
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  stop(): Promise<void>;
};

const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export async function startIngestProcess(redisUrl: string): Promise<IngestProcess> {
  const dataDir = mkdtempSync(join(tmpdir(), 'graphtail-ingest-'));
  const env = {
    ...process.env,
    GRAPHTAIL_REDIS_URL: redisUrl,
    GRAPHTAIL_PORT: '0',
    GRAPHTAIL_DATA_DIR: dataDir,
    GRAPHTAIL_WORKERS: '1',
    GRAPHTAIL_LOG_LEVEL: 'fatal',
  };
  const child = fork(MAIN, { execPath: process.execPath, env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  running.add(child);
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`ingest ended with ${String(code)}`)));
    child.on('message', (message: { type?: string; port?: number }) => {
      if (message.type === 'ready') resolve(message.port!);
    });
  });
  const url = `http://127.0.0.1:${String(port)}`;
  const health = async (): Promise<{ graphs?: string[]; workers?: number }> => {
    try {
      const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(300) });
      return (await response.json()) as { graphs: string[]; workers: number };
    } catch {
      return {};
    }
  };
  return {
    url,
    graphs: async () => (await health()).graphs,
    workers: async () => (await health()).workers,
    signal: (signal) => child.kill(signal),
    async stop() {
      running.delete(child);
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
