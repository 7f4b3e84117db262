import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

export type Command = {
  command: string;
  args: readonly string[];
  title?: string;
  /** The last argument is a pattern of Jasmine's spec files. */
  specs?: true;
  env?: Record<string, string>;
  cwd?: string;
  withinMs?: number;
};

const WITHIN_MS = 10 * 60_000;
/** Time for the last lines to arrive after the process has ended, in ms. */
const DRAIN_MS = 500;

/**
 * Runs a command in a process group of its own, which is ended with it: a process that a spec left behind would hold the pipe, and
 * with it the run.
 */
export async function runCommand(
  { command, args, env, cwd, withinMs = WITHIN_MS }: Command,
  live: boolean,
): Promise<{ code: number; output: string }> {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const endGroup = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // All its processes have ended.
    }
  };
  process.once('exit', endGroup);
  const late = setTimeout(() => {
    console.error(`${command} did not end within ${String(withinMs / 60_000)} min`);
    endGroup();
  }, withinMs);

  let output = '';
  for (const [stream, shown] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (live) shown.write(chunk);
    });
  }
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', reject);
  child.once('exit', (code, signal) => {
    if (signal !== null) console.error(`${command} was ended by ${signal}`);
    resolve(code ?? 1);
  });
  const code = await promise;
  clearTimeout(late);
  process.off('exit', endGroup);
  endGroup();
  await Promise.race([Promise.all([closed(child.stdout), closed(child.stderr)]), wait(DRAIN_MS)]);
  child.stdout.destroy();
  child.stderr.destroy();
  return { code, output };
}

async function closed(stream: Readable): Promise<void> {
  if (!stream.closed) await once(stream, 'close');
}
