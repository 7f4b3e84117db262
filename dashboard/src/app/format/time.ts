const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago, in one unit: `now`, `12 s`, `4 min`, `3 h`, `2 d`. A time ahead of this machine's clock counts as now. */
export function ago(then: number, now: number): string {
  const passed = now - then;
  if (passed < SECOND) return 'now';
  if (passed < MINUTE) return `${String(Math.floor(passed / SECOND))} s`;
  if (passed < HOUR) return `${String(Math.floor(passed / MINUTE))} min`;
  if (passed < DAY) return `${String(Math.floor(passed / HOUR))} h`;
  return `${String(Math.floor(passed / DAY))} d`;
}

/** How long something took or has been going on: `820 ms`, `3.2 s`, `2 min 5 s`, `1 h 12 min`. */
export function lasting(ms: number): string {
  if (ms < SECOND) return `${String(Math.max(0, Math.round(ms)))} ms`;
  if (ms < 10 * SECOND) return `${(ms / SECOND).toFixed(1)} s`;
  if (ms < MINUTE) return `${String(Math.floor(ms / SECOND))} s`;
  if (ms < HOUR) return `${String(Math.floor(ms / MINUTE))} min ${String(Math.floor((ms % MINUTE) / SECOND))} s`;
  return `${String(Math.floor(ms / HOUR))} h ${String(Math.floor((ms % HOUR) / MINUTE))} min`;
}

/** The absolute time, in the reader's zone, with milliseconds: for what is shown on hover. */
export function absolute(ms: number): string {
  const at = new Date(ms);
  const pad = (value: number, width = 2) => String(value).padStart(width, '0');
  const date = `${String(at.getFullYear())}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  return `${date} ${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}.${pad(at.getMilliseconds(), 3)}`;
}

/** The time of the day, in the reader's zone: `14:05:09`. */
export function timeOfDay(ms: number): string {
  return absolute(ms).slice(11, 19);
}
