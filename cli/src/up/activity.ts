import { readFileSync } from 'node:fs';

/** What the system reports about a process's main thread. */
export type Activity = {
  /** Processor time since the thread started, ms. */
  readonly cpuMs: number;
  /** The thread runs, or waits for a processor. Otherwise it sleeps or is stopped. */
  readonly isRunnable: boolean;
};

/** The unit of these times, ms: the kernel reports hundredths of a second here, whatever its own clock (proc(5), `USER_HZ`). */
const TICK_MS = 10;

/** Reads the main thread only: it runs the event loop, whatever worker threads do. Undefined if there is no /proc or no such process. */
export function activityOf(pid: number): Activity | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/stat`, 'latin1');
    // The second field is the command in parentheses, which may hold any text. After it, the 1st field is the state, the 12th is utime
    // and the 13th is stime.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { isRunnable: fields[0] === 'R', cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS };
  } catch {
    return undefined;
  }
}
