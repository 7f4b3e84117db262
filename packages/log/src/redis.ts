import { socketPathOf } from '@graphtail/facts';
import { Redis, type RedisOptions } from 'ioredis';
import { backoffMs } from './backoff.ts';
import { rejectInSilence } from './silence.ts';

export type ConnectOptions = {
  /** Shown by CLIENT LIST. */
  readonly name?: string;
  /** For blocking reads. */
  readonly blocking?: boolean;
  readonly onState?: (state: 'up' | 'down', error?: Error) => void;
};

/** A server that says nothing for so long, though it was asked, is away. */
const SILENCE_MS = 5_000;
/** No blocked read asks for more than a second: a server that says nothing for so long is half-open or stopped. */
const BLOCKING_DEADLINE_MS = 3_000;

const NO_SUCH_DATABASE = /DB index is out of range/;

/**
 * A Redis client as the log needs it. Nothing is sent twice behind the caller's back: a blocked read that
 * is sent again after a restart would go on in silence where an epoch has to be judged.
 * @param url `redis://`, `rediss://`, or `unix://` and the path of a socket
 */
export function connect(url: string, options: ConnectOptions = {}): Redis {
  const settings: RedisOptions = {
    protocol: 2,
    connectionName: options.name ?? 'graphtail',
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0, // what was under way when the connection broke is rejected at once; the caller knows what to repeat
    connectTimeout: 3_000,
    // A firewall that forgot the connection swallows all that follows: the deadline of a read alone would leave the socket in use.
    ...(options.blocking === true && { blockingTimeout: BLOCKING_DEADLINE_MS, socketTimeout: BLOCKING_DEADLINE_MS }),
    retryStrategy: (attempt) => backoffMs(attempt, 50, 1_000) + 10,
    reconnectOnError: (error) => /^(NOTMASTER|READONLY)/.test(error.message), // a demoted master keeps its connections open
    lazyConnect: false,
  };
  const path = socketPathOf(url);
  const redis = path === undefined ? new Redis(url, settings) : new Redis({ ...settings, path });
  if (options.blocking !== true) rejectInSilence(redis, SILENCE_MS);
  let lastError: Error | undefined;
  redis.on('ready', () => options.onState?.('up'));
  redis.on('close', () => options.onState?.('down', lastError));
  redis.on('error', (error: Error) => {
    lastError = error;
    if (NO_SUCH_DATABASE.test(error.message)) redis.disconnect(true); // it would go on in database 0
  });
  return redis;
}
