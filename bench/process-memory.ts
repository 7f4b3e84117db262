import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { COMPILED } from '../cli/src/compiled.ts';
import { HEAP } from '../cli/src/up/service.ts';

/** A server in its own process, so that its memory is measured apart from its clients'. */
export type Served = { readonly port: number; readonly child: ChildProcess; stop(): Promise<void> };

/**
 * Starts a service as `npm start` does.
 *
 * @param main a module that says `{type: 'ready', port}` to its parent
 */
export async function serve(main: URL, env: Readonly<Record<string, string>> = {}): Promise<Served> {
  const child = fork(main, {
    execPath: process.execPath,
    execArgv: HEAP,
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILED, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`${main.pathname} ended`)));
    child.on('message', (message: { type?: string; port?: number }) => {
      if (message.type === 'ready') resolve(message.port!);
    });
  });
  return {
    port,
    child,
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

/** Resident bytes, now and at most so far. */
export function residentBytes({ child }: Served): { now: number; peak: number } {
  const status = readFileSync(`/proc/${String(child.pid)}/status`, 'utf8');
  const of = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
  return { now: of('VmRSS'), peak: of('VmHWM') };
}

/** Resident bytes once they have come to rest. */
export async function settledBytes(served: Served): Promise<number> {
  let before = 0;
  for (let now = residentBytes(served).now; Math.abs(now - before) > before / 100; now = residentBytes(served).now) {
    before = now;
    await wait(1_500);
  }
  return before;
}
