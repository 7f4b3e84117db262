import { Redis } from 'ioredis';
import { eventually } from '../../../tests/support/eventually.ts';
import { startRedis, type TestRedis } from '../../../tests/support/redis.ts';
import { isRedisAway } from './redis-away.ts';
import { rejectInSilence } from './silence.ts';

const WITHIN_MS = 600;

describe('A command to Redis', () => {
  let server: TestRedis;
  let redis: Redis;

  beforeEach(async () => {
    server = await startRedis();
    redis = new Redis(server.url, { protocol: 2 });
    rejectInSilence(redis, WITHIN_MS);
    await redis.set('key', 'x'.repeat(4 * 1024 * 1024));
  });
  afterEach(async () => {
    redis.disconnect();
    await server.stop();
  });

  it('is answered even if the event loop was blocked for longer than its deadline', async () => {
    const asked = redis.get('key');
    const until = performance.now() + 2 * WITHIN_MS;
    while (performance.now() < until);
    expect((await asked)?.length).toBe(4 * 1024 * 1024);
  });

  it('is answered even if the answers before it take longer than its deadline', async () => {
    const answers = await Promise.all(Array.from({ length: 80 }, () => redis.get('key')));
    expect(new Set(answers.map((answer) => answer?.length))).toEqual(new Set([4 * 1024 * 1024]));
  }, 20_000);

  it('is rejected, and Redis counts as absent, if the server says nothing', async () => {
    process.kill(server.pid, 'SIGSTOP');
    const error: unknown = await redis.get('key').catch((thrown: unknown) => thrown);
    process.kill(server.pid, 'SIGCONT');
    expect(isRedisAway(error)).toBeTrue();
    await eventually(async () => (await redis.exists('key')) === 1);
  });
});
