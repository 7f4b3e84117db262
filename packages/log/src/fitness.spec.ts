import { FitnessWatch, connect, findUnfitness } from './index.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import { startRedis, type TestRedis } from '../../../tests/support/redis.ts';

describe('The fitness of a Redis', () => {
  let servers: TestRedis[];

  const start = async (...args: string[]): Promise<TestRedis> => {
    const server = await startRedis({ args });
    servers.push(server);
    return server;
  };
  const lacks = async (url: string): Promise<string> => {
    const redis = connect(url);
    try {
      return (await findUnfitness(redis)).join('; ');
    } finally {
      redis.disconnect();
    }
  };
  /** For a user who may do all but what the rules take away again. */
  const lacksOfUser = async (...rules: string[]): Promise<string> => {
    const server = await start('--user', 'u', 'on', '>p', '~*', '&*', '+@all', ...rules);
    return lacks(`redis://u:p@127.0.0.1:${String(server.port)}`);
  };

  beforeEach(() => {
    servers = [];
  });
  afterEach(async () => {
    await Promise.all(servers.map((server) => server.stop()));
  });

  it('is complete for a good Redis, which the check does not change', async () => {
    const { url } = await start();
    expect(await lacks(url)).toBe('');
    const redis = connect(url);
    expect(await redis.keys('*')).toEqual([]);
    redis.disconnect();
  });

  it('is missing if facts may be evicted', async () => {
    const { url } = await start('--maxmemory-policy', 'allkeys-lru');
    expect(await lacks(url)).toContain('allkeys-lru');
  });

  it('is missing if memory is full', async () => {
    const { url } = await start('--maxmemory', '1000');
    expect(await lacks(url)).toContain('memory is full (maxmemory 1000)');
  });

  it('is missing on a replica, and the master is named', async () => {
    const master = await start();
    const replica = await start('--replicaof', '127.0.0.1', String(master.port));
    expect(await lacks(replica.url)).toContain(`read-only replica: name its master, 127.0.0.1:${String(master.port)}`);
  });

  it('is missing on a single node of a cluster', async () => {
    const { url } = await start('--cluster-enabled', 'yes');
    expect(await lacks(url)).toContain('redis+cluster://');
  });

  it('is missing if a command is missing or forbidden, and the command is named', async () => {
    for (const command of ['FUNCTION', 'FCALL', 'EVAL']) {
      const { url } = await start('--rename-command', command, '');
      expect(await lacks(url)).toContain(`does not know ${command}`);
    }
    expect(await lacksOfUser('-function|load')).toContain('does not let this user run FUNCTION LOAD');
    expect(await lacksOfUser('-fcall')).toContain('does not let this user run FCALL');
  });

  it('is missing if the user may not use the keys', async () => {
    expect(await lacksOfUser('resetkeys', '~other:*')).toContain('keys graphtail:*');
  });

  it('is missing if the database does not exist, and no other database is used instead', async () => {
    const { port, url } = await start();
    const redis = connect(`redis://127.0.0.1:${String(port)}/99`);
    await expectAsync(redis.set('graphtail:x', '1')).toBeRejected();
    redis.disconnect();
    const other = connect(url);
    expect(await other.keys('*')).toEqual([]);
    other.disconnect();
    expect(await lacks(`redis://127.0.0.1:${String(port)}/3`)).toBe('');
  });

  it('is watched: a change while a service runs is reported once, and so is its correction', async () => {
    const { url } = await start();
    const redis = connect(url);
    const told: (string | readonly string[])[] = [];
    const logger = {
      warn: (about: object) => void told.push((about as { reasons: readonly string[] }).reasons),
      info: () => void told.push('fit'),
    };
    const watch = new FitnessWatch(redis, logger);
    await redis.config('SET', 'maxmemory-policy', 'volatile-ttl');
    await eventually(() => watch.reasons.length > 0, 15_000);
    await redis.config('SET', 'maxmemory-policy', 'noeviction');
    await eventually(() => watch.reasons.length === 0, 15_000);
    expect(told).toEqual([[jasmine.stringContaining('volatile-ttl')], 'fit']);
    redis.disconnect();
  }, 40_000);
});
