import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../services/', import.meta.url);

/** One service in a process of its own, which nobody supervises. */
export type ServiceProcess = {
  readonly url: string;
  /** Host and port, as the gateway names the process. */
  readonly address: string;
  /** What it wrote to its log so far. */
  output(): string;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** SIGKILL; `start` brings it back on the same port. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Ends it for good. */
  stop(): Promise<void>;
};

const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** Resolves once it listens, on a free port of 127.0.0.1. */
export async function startServiceProcess(
  name: 'gateway' | 'ingest' | 'notifier' | 'projector',
  redisUrl: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<ServiceProcess> {
  const dataDir = mkdtempSync(join(tmpdir(), `graphtail-${name}-`));
  let child: ChildProcess | undefined;
  let port = 0;
  let said = '';

  const start = async (): Promise<void> => {
    const env = {
      ...process.env,
      GRAPHTAIL_REDIS_URL: redisUrl,
      GRAPHTAIL_DATA_DIR: dataDir,
      GRAPHTAIL_WORKERS: '1',
      GRAPHTAIL_LOG_LEVEL: 'info',
      ...settings,
      GRAPHTAIL_PORT: String(port),
    };
    const started = fork(fileURLToPath(new URL(`${name}/src/main.ts`, ROOT)), {
      execPath: process.execPath,
      env,
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    child = started;
    running.add(started);
    started.stdout!.on('data', (chunk: Buffer) => (said += chunk.toString()));
    port = await new Promise<number>((resolve, reject) => {
      started.once('exit', (code) => reject(new Error(`${name} ended with ${String(code)}: ${said}`)));
      started.on('message', (message: { type?: string; port?: number }) => {
        if (message.type === 'ready') resolve(message.port!);
      });
    });
  };
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    running.delete(child);
  };
  await start();
  return {
    url: `http://127.0.0.1:${String(port)}`,
    address: `127.0.0.1:${String(port)}`,
    output: () => said,
    signal: (signal) => child?.kill(signal),
    kill,
    start,
    async stop() {
      await kill();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
