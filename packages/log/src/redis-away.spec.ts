import { offset } from '@graphtail/facts';
import { Redis, type RedisOptions } from 'ioredis';
import { eventually } from '../../../tests/support/eventually.ts';
import { freePort, startRedis, type TestRedis } from '../../../tests/support/redis.ts';
import { CursorRefused } from './errors.ts';
import { openLog } from './fact-log.ts';
import { isRedisAway } from './redis-away.ts';
import { connect } from './redis.ts';

async function errorOf(asked: Promise<unknown>): Promise<Error> {
  return asked.then(
    (answer) => new Error(`it was answered with ${String(answer)}`),
    (error: unknown) => error as Error,
  );
}

describe('Redis is away', () => {
  let server: TestRedis;
  let redis: Redis;
  const others: { disconnect(): void }[] = [];
  const client = (url: string, options: RedisOptions = {}): Redis => {
    const other = new Redis(url, { retryStrategy: () => null, ...options });
    other.on('error', () => undefined);
    others.push(other);
    return other;
  };
  const away = (error: Error, message: RegExp): void => {
    expect(error.message).toMatch(message);
    expect(isRedisAway(error)).withContext(error.message).toBeTrue();
  };

  beforeEach(async () => {
    server = await startRedis({ args: ['--repl-diskless-sync-delay', '0', '--rdbcompression', 'no'] });
    redis = client(server.url);
  });
  afterEach(async () => {
    for (const other of others.splice(0)) other.disconnect();
    await server.kill();
  });

  it('if nothing listens, or its name is unknown', async () => {
    const nowhere = `redis://127.0.0.1:${String(await freePort())}`;
    away(await errorOf(client(nowhere, { lazyConnect: true }).connect()), /Connection is closed|ECONNREFUSED/);
    const patient = connect(nowhere);
    others.push(patient);
    away(await errorOf(patient.ping()), /max retries/);
    const { promise, resolve } = Promise.withResolvers<Error>();
    client(nowhere).once('error', resolve);
    away(await promise, /ECONNREFUSED/);
    const missing = new Redis({ path: '/no/such/redis.sock', retryStrategy: () => null });
    others.push(missing);
    const noSocket = Promise.withResolvers<Error>();
    missing.once('error', noSocket.resolve);
    away(await noSocket.promise, /connect ENOENT/);
    client('redis://no-such-host.invalid:1').once('error', (error: Error) => away(error, /ENOTFOUND|EAI_AGAIN/));
  });

  it('if it ends during a command, or is stopped', async () => {
    const own = connect(server.url);
    others.push(own);
    await own.ping();
    const asked = [own.xread('BLOCK', 5_000, 'STREAMS', 's', '$'), redis.xread('BLOCK', 5_000, 'STREAMS', 's', '$')].map(errorOf);
    await eventually(async () => ((await client(server.url).info('clients')).match(/blocked_clients:(\d+)/)?.[1] ?? '0') === '2');
    await server.kill();
    for (const error of await Promise.all(asked)) away(error, /Connection is closed|max retries|Command aborted/);
    away(await errorOf(redis.ping()), /Connection is closed/);
    await server.restart();
    const hasty = client(server.url, { commandTimeout: 50 });
    await hasty.ping();
    process.kill(server.pid, 'SIGSTOP');
    away(await errorOf(hasty.ping()), /Command timed out/);
    process.kill(server.pid, 'SIGCONT');
  });

  it('if it is full, or busy with a script', async () => {
    await redis.config('SET', 'maxmemory', '1');
    away(await errorOf(redis.set('a', '1')), /^OOM/);
    await redis.config('SET', 'maxmemory', '0');
    await redis.config('SET', 'busy-reply-threshold', '5');
    const script = errorOf(client(server.url).eval('while true do end', 0));
    await eventually(async () => /^BUSY/.test((await errorOf(redis.get('a'))).message));
    away(await errorOf(redis.get('a')), /^BUSY/);
    await redis.script('KILL');
    await script;
  });

  it('if it is a replica, is loading, or has lost its master', async () => {
    await redis.mset(Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`key:${String(i)}`, 'x'.repeat(1_000)])));
    const replica = await startRedis({ args: ['--loading-process-events-interval-bytes', '1024'] });
    try {
      const other = client(replica.url);
      await other.config('SET', 'key-load-delay', '20000');
      await other.replicaof('127.0.0.1', server.port);
      await eventually(async () => /^LOADING/.test((await errorOf(other.get('key:1'))).message));
      away(await errorOf(other.get('key:1')), /^LOADING/);
      await other.config('SET', 'key-load-delay', '0');
      await eventually(async () => (await other.info('replication')).includes('master_link_status:up'));
      away(await errorOf(other.set('a', '1')), /^READONLY/);
      away(await errorOf(openLog(other, 'g').state()), /NOTMASTER|READONLY/);
      await other.config('SET', 'replica-serve-stale-data', 'no');
      await server.kill();
      await eventually(async () => (await other.info('replication')).includes('master_link_status:down'));
      away(await errorOf(other.get('a')), /^MASTERDOWN/);
    } finally {
      await replica.kill();
    }
  });

  it('is not reported for a mistake, a bug or a refused cursor', async () => {
    await redis.set('text', 'x');
    await redis.acl('SETUSER', 'guest', 'on', '>word', '~*', '+get', '+info');
    const guest = client(`redis://guest:word@127.0.0.1:${String(server.port)}`);
    const stranger = client(`redis://guest:wrong@127.0.0.1:${String(server.port)}`, { lazyConnect: true });
    const mistakes = [
      redis.lpush('text', 'y'),
      redis.call('NONSENSE'),
      guest.set('a', '1'),
      stranger.connect(),
      redis.eval('return x.y', 0),
    ];
    const errors = await Promise.all(mistakes.map(errorOf));
    for (const error of [
      ...errors.filter(({ message }) => message !== 'Connection is closed.'),
      new TypeError('oops'),
      'Command timed out',
    ])
      expect(isRedisAway(error)).withContext(String(error)).toBeFalse();
    const verdict = await openLog(redis, 'g').judge(offset(1, 1));
    expect(!verdict.ok && isRedisAway(new CursorRefused(verdict.refusal))).toBeFalse();
  });
});
