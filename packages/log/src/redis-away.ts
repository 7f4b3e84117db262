/** ioredis's messages for a connection that broke or is not there, and the log's own messages for a pipeline that was lost with it. */
const CONNECTION =
  /^(Connection is closed|Command timed out|Command aborted|Reached the max retries|Stream isn't writeable|Socket (closed|timeout)|the (read|call) was dropped)/;
/** The system's messages. ENOENT: a Redis that listens on a Unix socket removes the socket's file when it ends. */
const SYSTEM = /\b(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ENOTFOUND|connect ENOENT)\b/;
/** Redis's own messages for: not now, or not on this server. */
const SERVER = /^(NOTMASTER|READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|OOM|MISCONF|NOREPLICAS)\b/;

/**
 * Whether an error means that Redis, or the network to it, is unavailable at the moment. Such an error goes away by itself.
 * Any other error is a bug, or a mistake in the settings.
 */
export function isRedisAway(error: unknown): boolean {
  return error instanceof Error && [CONNECTION, SYSTEM, SERVER].some((words) => words.test(error.message));
}
