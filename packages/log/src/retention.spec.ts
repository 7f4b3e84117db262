import { ORIGIN, emptyState, offset, seqOf } from '@graphtail/facts';
import type { Redis } from 'ioredis';
import { appendNamed } from '../../../tests/support/log.ts';
import { startRedis, type TestRedis } from '../../../tests/support/redis.ts';
import { openLog, type FactLog } from './fact-log.ts';
import { connect } from './redis.ts';
import { applyRetention } from './retention.ts';
import { Snapshots } from './snapshots.ts';

let server: TestRedis;
let redis: Redis;
let log: FactLog;

beforeAll(async () => {
  server = await startRedis();
});
afterAll(async () => {
  await server.stop();
});
beforeEach(async () => {
  redis = connect(server.url);
  await redis.flushall();
  log = openLog(redis, 'g');
  for (let i = 0; i < 10; i++) await appendNamed(log, `a${String(i)}`, `b${String(i)}`);
});
afterEach(() => {
  redis.disconnect();
});

describe('Retention', () => {
  it('by count keeps at least so many facts, and whole batches', async () => {
    expect(seqOf(await applyRetention(log, { facts: 5 }, Date.now()))).toBe(14);
    const { facts, earliest, epoch } = await log.bounds();
    expect([facts, earliest]).toEqual([6, offset(epoch, 15)]);
  });

  it('by bytes keeps the newest batches that fit, and the one that does not quite', async () => {
    const { bytes } = await log.bounds();
    await applyRetention(log, { bytes: bytes / 2 }, Date.now());
    const kept = await log.bounds();
    expect(kept.bytes).toBeGreaterThanOrEqual(bytes / 2);
    expect(kept.bytes).toBeLessThan(bytes * 0.65);
  });

  it('by age drops what was appended earlier', async () => {
    const { head, appendedAt } = await log.state();
    expect(await applyRetention(log, { ageMs: 1_000 }, appendedAt + 500)).toBe(ORIGIN);
    expect(await applyRetention(log, { ageMs: 1_000 }, appendedAt + 1_001)).toBe(head);
  });

  it('never passes the second-newest snapshot', async () => {
    const snapshots = new Snapshots(redis, log);
    const save = async (): Promise<void> => {
      const { head, digest } = await log.state();
      await snapshots.save(head, digest, emptyState());
    };
    await save();
    await appendNamed(log, 'c');
    await save();
    expect(seqOf(await applyRetention(log, { facts: 0 }, Date.now()))).toBe(20);
  });

  it('keeps everything where nothing bounds it', async () => {
    expect(await applyRetention(log, {}, Date.now())).toBe(ORIGIN);
  });
});
