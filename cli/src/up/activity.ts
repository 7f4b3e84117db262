import { readFileSync } from 'node:fs';

/** What the system says of a process's main thread. */
export type Activity = {
  /** Processor time since it began, ms. */
  readonly cpuMs: number;
  /** It runs, or would if it were given a processor; otherwise it sleeps or is stopped. */
  readonly isRunnable: boolean;
};

/** The kernel counts in hundredths of a second here, whatever its own clock (proc(5), `USER_HZ`). */
const TICK_MS = 10;

/** The main thread's only: it has the event loop, whatever worker threads do. Undefined where there is no /proc, or no such process. */
export function activityOf(pid: number): Activity | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/stat`, 'latin1');
    // The second field is the command in parentheses, which may hold anything. Then: the state, and as 12th and 13th utime and stime.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { isRunnable: fields[0] === 'R', cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS };
  } catch {
    return undefined;
  }
}
