import { factsNamed, producerFor } from '../../../tests/support/log.ts';
import { startRedis, type TestRedis } from '../../../tests/support/redis.ts';
import { Producer } from './producer.ts';
import { connect } from './redis.ts';
import { openLog } from './fact-log.ts';

describe('a producer', () => {
  let server: TestRedis;

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  it('tells of each attempt that failed and appends once Redis takes writes again', async () => {
    const redis = connect(server.url);
    const log = openLog(redis, 'full');
    const position = (await producerFor(log)).position!;
    const errors: string[] = [];
    const producer = new Producer(log, (error) => {
      errors.push(error.message);
      void redis.config('SET', 'maxmemory', '0');
    });
    producer.moveTo(position);
    await redis.config('SET', 'maxmemory', '1');
    const appended: number[] = [];
    await producer.append([factsNamed('a', 'b')], (batch) => appended.push(batch.facts.length));
    expect(errors.length).toBeGreaterThanOrEqual(1);
    expect(errors[0]).toMatch(/^OOM /);
    expect(appended).toEqual([2]);
    expect((await log.bounds()).facts).toBe(2);
    redis.disconnect();
  });
});
