import { spawn } from 'node:child_process';
import { counts, type Counts } from './counts.ts';

export type Command = { command: string; args: readonly string[]; env?: Record<string, string>; cwd?: string };

/** One thing that `npm test` does. `command` gives undefined where there is nothing to do, and may bring what is missing. */
export type Step = { title: string; command: () => Promise<Command | undefined> };

export type Outcome = { title: string; seconds: number; ok: boolean; skipped: boolean } & Counts;

const STEP_WITHIN_MS = 10 * 60_000;

/** Runs a step, its output passing through; resolves with how it went. */
export async function runStep(step: Step): Promise<Outcome> {
  const started = performance.now();
  const outcome = (ok: boolean, skipped: boolean, output = ''): Outcome => ({
    title: step.title,
    seconds: (performance.now() - started) / 1000,
    ok,
    skipped,
    ...counts(output),
  });
  const command = await step.command();
  if (command === undefined) return outcome(true, true);
  const { code, output } = await run(command);
  return outcome(code === 0, false, output);
}

async function run({ command, args, env, cwd }: Command): Promise<{ code: number; output: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: STEP_WITHIN_MS,
    killSignal: 'SIGKILL',
  });
  let output = '';
  const pass = (to: NodeJS.WriteStream) => (chunk: Buffer) => {
    output += chunk.toString();
    to.write(chunk);
  };
  child.stdout.on('data', pass(process.stdout));
  child.stderr.on('data', pass(process.stderr));
  child.once('error', reject);
  // 'exit', not 'close': a process left behind by a spec that holds the pipe must not hold the run.
  child.once('exit', (code, signal) => {
    if (signal !== null) console.error(`ended by ${signal}`);
    resolve(code ?? 1);
  });
  return { code: await promise, output };
}
