import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return statOf(pid)[0] !== 'Z';
}

/** The fields of /proc/<pid>/stat after the name, which itself may hold spaces and parentheses; empty if there is no /proc. */
function statOf(pid: number): string[] {
  const text = textOf(`/proc/${String(pid)}/stat`);
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/**
 * When a process started, as text that only serves to tell it from another process with the same pid; empty if unknown. Linux counts
 * from the start of the machine, so the text names the machine's start too.
 */
export function startOf(pid: number): string {
  const ticks = statOf(pid)[19];
  if (ticks !== undefined) return `${ticks}@${textOf('/proc/sys/kernel/random/boot_id').trim()}`;
  if (process.platform === 'linux') return '';
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
