import type { Offset } from '@graphtail/facts';
import { factsNamed, producerFor } from '../../../tests/support/log.ts';
import { startRedis, type TestRedis } from '../../../tests/support/redis.ts';
import { Producer } from './producer.ts';
import { connect } from './redis.ts';
import { FactLog, openLog, type AppendReply } from './fact-log.ts';

describe('a producer', () => {
  let server: TestRedis;

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  it('reports each failed attempt, and appends once Redis accepts writes again', async () => {
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

  it('[L6a] retries with the same batch if the reply was lost: it is written once', async () => {
    const redis = connect(server.url);
    class LosesOneReply extends FactLog {
      #isLost = false;
      override async append(...args: Parameters<FactLog['append']>): Promise<AppendReply> {
        const reply = await super.append(...args);
        if (this.#isLost) return reply;
        this.#isLost = true;
        throw new Error('Connection is closed.');
      }
    }
    const log = new LosesOneReply(redis, 'lossy');
    const producer = await producerFor(log);
    await producer.append([factsNamed('a', 'b')], () => undefined);
    expect((await log.bounds()).facts).toBe(2);
    expect(producer.position?.head).toBe((await log.state()).head);
    redis.disconnect();
  });

  it('is at the last acknowledged place, not at one that is in flight', async () => {
    const redis = connect(server.url);
    const log = openLog(redis, 'paced');
    const producer = await producerFor(log);
    const groups = Array.from({ length: 6 }, (_, g) => factsNamed(...Array.from({ length: 200 }, (_, i) => `${String(g)}-${String(i)}`)));
    const places: [Offset, Offset | undefined][] = [];
    await producer.append(groups, ({ through }) => places.push([through, producer.position?.head]));
    expect(places.length).toBe(6);
    for (const [through, head] of places) expect(head).toBe(through);
    redis.disconnect();
  });
});
