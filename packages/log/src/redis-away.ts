/** ioredis's words for a connection that broke or is not there, and the log's own for a pipeline that went with one. */
const CONNECTION =
  /^(Connection is closed|Command timed out|Command aborted|Reached the max retries|Stream isn't writeable|Socket (closed|timeout)|the (read|call) was dropped)/;
/** The system's words; a Redis that listens on a socket removes its file when it ends (ENOENT). */
const SYSTEM = /\b(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ENOTFOUND|connect ENOENT)\b/;
/** Redis's own words for: not now, or not by me. */
const SERVER = /^(NOTMASTER|READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|OOM|MISCONF|NOREPLICAS)\b/;

/**
 * Whether an error means that Redis, or the way to it, is of no use just now: that goes away by itself. Anything else is a
 * bug, or a mistake in the settings.
 */
export function isRedisAway(error: unknown): boolean {
  return error instanceof Error && [CONNECTION, SYSTEM, SERVER].some((words) => words.test(error.message));
}
