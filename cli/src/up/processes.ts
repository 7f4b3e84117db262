import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { isAlive } from '@graphtail/runtime/folder';

/** A process's command line, its words separated by spaces; empty if it can't be read. */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Asks a process that is not our child to end, and kills it if it has not ended within `withinMs`. */
export async function endForeign(pid: number, withinMs: number): Promise<void> {
  const signal = (name: NodeJS.Signals): void => {
    try {
      process.kill(pid, name);
    } catch {
      // The process has ended in between.
    }
  };
  signal('SIGTERM');
  const deadline = Date.now() + withinMs;
  while (isAlive(pid) && Date.now() < deadline) await wait(20);
  if (isAlive(pid)) signal('SIGKILL');
  while (isAlive(pid) && Date.now() < deadline + 2000) await wait(20);
}
