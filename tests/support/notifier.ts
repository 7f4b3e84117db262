import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from './redis.ts';

const MAIN = new URL('../../services/notifier/src/main.ts', import.meta.url).pathname;
const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export type NotifierProcess = {
  readonly url: string;
  /** SIGKILL; `start` brings it back on the same port. */
  kill(): Promise<void>;
  /** Ends it in good order (SIGTERM). */
  stop(): Promise<void>;
  start(): Promise<void>;
};

/** A notifier as a process of its own, so that it can die like one. Resolves once it listens. */
export async function startNotifierProcess(redisUrl: string): Promise<NotifierProcess> {
  const port = await freePort();
  let child: ChildProcess | undefined;
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
    running.delete(child);
  };
  const start = async (): Promise<void> => {
    child = fork(MAIN, {
      env: { ...process.env, GRAPHTAIL_REDIS_URL: redisUrl, GRAPHTAIL_PORT: String(port), GRAPHTAIL_LOG_LEVEL: 'error' },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    running.add(child);
    const ended = once(child, 'exit').then(() => {
      throw new Error('the notifier did not start');
    });
    const ready = new Promise<void>((resolve) => {
      child?.on('message', (message: { type?: string }) => {
        if (message.type === 'ready') resolve();
      });
    });
    await Promise.race([ready, ended]);
    ended.catch(() => undefined);
  };
  await start();
  return { url: `http://127.0.0.1:${String(port)}`, kill: () => end('SIGKILL'), stop: () => end('SIGTERM'), start };
}
