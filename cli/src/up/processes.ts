import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return stateOf(pid) !== 'Z';
}

/** The fields of /proc/<pid>/stat after the name, which itself may hold spaces and parentheses; empty if there is no /proc. */
function statOf(pid: number): string[] {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

function stateOf(pid: number): string | undefined {
  return statOf(pid)[0];
}

/** When a process started, as text that only serves to tell it from a later process with the same pid; empty if unknown. */
export function startOf(pid: number): string {
  return statOf(pid)[19] ?? '';
}

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
