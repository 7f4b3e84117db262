import { parseRedisAddress, type RedisAddress } from '@graphtail/facts';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { backoffMs } from './backoff.ts';
import { rejectInSilence } from './silence.ts';

export type ConnectOptions = {
  /** The connection's name in CLIENT LIST. */
  readonly name?: string;
  /** Whether the connection is for blocking reads. */
  readonly blocking?: boolean;
  readonly onState?: (state: 'up' | 'down', error?: Error) => void;
};

/** A server that sends nothing for this long after a command is away. */
const SILENCE_MS = 5_000;
/**
 * A blocked read waits a second at most. If a server sends nothing for this long, its connection is half-open or the server has stopped.
 */
const BLOCKING_DEADLINE_MS = 3_000;
const NO_SUCH_DATABASE = /DB index is out of range/;
/** How often a cluster's client asks which node has which slots. Until it asks, commands for a dead master's slots are refused. */
const SLOTS_REFRESH_MS = 2_000;

const retryAfter = (attempt: number): number => backoffMs(attempt, 50, 1_000) + 10;

/**
 * Returns a Redis client as the log needs it. The client never repeats a command by itself: if it repeated a blocked read
 * after a restart, the reader would go on without judging the new epoch.
 * @param url as `parseRedisAddress` reads it
 * @throws {TypeError} if it is no such address
 */
export function connect(url: string, options: ConnectOptions = {}): Redis {
  const address = parseRedisAddress(url);
  if (address === undefined) throw new TypeError('not the address of a Redis');
  const redis = open(address, settingsFor(options));
  if (options.blocking !== true && !isCluster(redis)) rejectInSilence(redis, SILENCE_MS);
  let lastError: Error | undefined;
  redis.on('ready', () => options.onState?.('up'));
  // If a cluster loses or finds a node, the connection stays. But what was judged on that node must be judged again.
  if (isCluster(redis)) redis.on('+node', () => redis.status === 'ready' && options.onState?.('up'));
  redis.on('close', () => options.onState?.('down', lastError));
  redis.on('error', (error: Error) => {
    lastError = error;
    if (NO_SUCH_DATABASE.test(error.message)) redis.disconnect(true); // it would go on in database 0
  });
  return redis;
}

/** A cluster's client understands all that the log asks of a server's client. {@link mastersOf} is for what concerns one server. */
function open(address: RedisAddress, settings: RedisOptions): Redis {
  switch (address.kind) {
    case 'server':
      return new Redis(address.url, { ...settings, retryStrategy: retryAfter });
    case 'socket':
      return new Redis({ ...settings, path: address.path, retryStrategy: retryAfter });
    case 'sentinel': {
      const { nodes, name, db, tls, sentinelUsername, sentinelPassword } = address;
      return new Redis({
        ...settings,
        ...loginOf(address),
        sentinels: nodes.map((node) => ({ ...node })),
        name,
        db,
        role: 'master',
        ...(sentinelUsername !== undefined && { sentinelUsername }),
        ...(sentinelPassword !== undefined && { sentinelPassword }),
        enableTLSForSentinelMode: tls,
        sentinelRetryStrategy: retryAfter,
        retryStrategy: retryAfter,
      });
    }
    case 'cluster':
      return new Cluster(
        address.nodes.map((node) => ({ ...node })),
        {
          redisOptions: { commandTimeout: SILENCE_MS, socketTimeout: SILENCE_MS, ...settings, ...loginOf(address) },
          scaleReads: 'master',
          slotsRefreshInterval: SLOTS_REFRESH_MS,
          retryDelayOnFailover: 0, // commands in flight when a node is lost are rejected at once, as with a single server
          clusterRetryStrategy: retryAfter,
        },
      ) as unknown as Redis;
  }
}

function settingsFor({
  name = 'graphtail',
  blocking = false,
}: ConnectOptions): Omit<
  RedisOptions,
  'port' | 'host' | 'path' | 'sentinels' | 'retryStrategy' | 'enableOfflineQueue' | 'readOnly' | 'himportFieldsets'
> {
  return {
    protocol: 2,
    connectionName: name,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0, // commands in flight when the connection breaks are rejected at once; the caller knows what to repeat
    connectTimeout: 3_000,
    // A firewall that has forgotten the connection drops all later packets. A read's deadline alone would leave the socket in use.
    ...(blocking && { blockingTimeout: BLOCKING_DEADLINE_MS, socketTimeout: BLOCKING_DEADLINE_MS }),
    reconnectOnError: (error) => /^(NOTMASTER|READONLY)/.test(error.message), // a demoted master keeps its connections open
    disconnectTimeout: 100, // its timer would delay the end of a process by 2 s
    lazyConnect: false,
  };
}

function loginOf({ username, password, tls }: Extract<RedisAddress, { kind: 'sentinel' | 'cluster' }>): RedisOptions {
  return { ...(username !== undefined && { username }), ...(password !== undefined && { password }), ...(tls && { tls: {} }) };
}

export function isCluster(redis: Redis): boolean {
  return redis instanceof Cluster;
}

/** Returns the servers that take writes: a cluster's masters, or the single server. */
export async function mastersOf(redis: Redis): Promise<readonly Redis[]> {
  const client: unknown = redis;
  if (!(client instanceof Cluster)) return [redis];
  await client.ping(); // before its first command the client knows no nodes
  return client.nodes('master');
}
