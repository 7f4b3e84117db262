import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { join } from 'node:path';

/** Interval between measurements of its processes' memory. */
const SAMPLE_MS = 50;
/** The nice value of ingest. Without it, the baseline would be faster on a busy machine for that reason alone. */
const SAME_PRIORITY = 5;

/** @colbymchenry/codegraph, the baseline: a local index of a checkout, made by its command. */
export class Codegraph {
  readonly #program: string;

  constructor(program: string) {
    this.#program = program;
  }

  /** Builds the whole index; the time from the process's start to its end. */
  async index(root: string): Promise<{ ms: number; peakBytes: number }> {
    await rm(join(root, '.codegraph'), { recursive: true, force: true });
    const { ms, peakBytes } = await this.#run('init', '--yes', root);
    return { ms, peakBytes };
  }

  /** Updates the index; its own report in ms, so that the start of its process does not count. */
  async sync(root: string): Promise<number> {
    const { said } = await this.#run('sync', root);
    const [, value, unit] = /in ([\d.]+)\s*(ms|s)\b/.exec(said) ?? [];
    if (value === undefined) throw new Error(`codegraph does not say how long it took: ${said}`);
    return Number(value) * (unit === 's' ? 1_000 : 1);
  }

  async #run(...args: readonly string[]): Promise<{ ms: number; peakBytes: number; said: string }> {
    const began = performance.now();
    const child = spawn(this.#program, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, DO_NOT_TRACK: '1', CODEGRAPH_TELEMETRY: '0', NO_COLOR: '1' },
    });
    setPriority(child.pid!, SAME_PRIORITY);
    let [peakBytes, said] = [0, ''];
    child.stdout.on('data', (chunk: Buffer) => (said += String(chunk)));
    const sampling = setInterval(() => (peakBytes = Math.max(peakBytes, peakBelow(child.pid!))), SAMPLE_MS);
    const [code] = (await once(child, 'exit')) as [number | null];
    clearInterval(sampling);
    if (code !== 0) throw new Error(`codegraph ${args.join(' ')} ended with ${String(code)}: ${said}`);
    return { ms: performance.now() - began, peakBytes, said };
  }
}

/** The most that a process and those below it have had resident so far, summed. */
function peakBelow(pid: number): number {
  try {
    const of = (path: string): string => readFileSync(`/proc/${String(pid)}/${path}`, 'utf8');
    const own = Number(/VmHWM:\s+(\d+) kB/.exec(of('status'))?.[1] ?? 0) * 1024;
    const children = readdirSync(`/proc/${String(pid)}/task`).flatMap((task) => of(`task/${task}/children`).split(' ').filter(Boolean));
    return children.reduce((sum, child) => sum + peakBelow(Number(child)), own);
  } catch {
    return 0; // it has just ended
  }
}
