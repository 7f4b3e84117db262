import { CursorRefused } from './errors.ts';

/** ioredis's words for a connection that broke, or that is not there; a broken one has the system's, such as ECONNREFUSED. */
const CONNECTION =
  /^(Connection is closed|Command timed out|Stream isn't writeable|Socket closed|Socket timeout|the (read|call) was dropped)/;
const SYSTEM = /\b(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ENOTFOUND)\b/;
/** Redis's words for: not now, or not by me. A full one (OOM) still reads. */
const SERVER = /^(NOTMASTER|READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|OOM|NOREPLICAS|MISCONF)\b/;

/** Whether an error means that Redis, or the way to it, is of no use just now: it goes away by itself. Anything else is a bug, or a mistake in the settings. */
export function isRedisAway(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof CursorRefused) return false;
  return (
    ['MaxRetriesPerRequestError', 'AbortError'].includes(error.name) ||
    [CONNECTION, SYSTEM, SERVER].some((words) => words.test(error.message))
  );
}
