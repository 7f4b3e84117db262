import { ORIGIN, emptyState, offset, seqOf, type Offset } from '@graphtail/facts';
import { appendNamed } from '../../../tests/support/log.ts';
import { useLog } from '../../../tests/support/use-log.ts';
import { RETRIED_WITHIN_MS, applyRetention, type Retention } from './retention.ts';
import { Snapshots } from './snapshots.ts';

const context = useLog();
/** As if the batches were old enough that nobody retries them. */
const sparedMs = 0;

async function saveHere(): Promise<void> {
  const { head, digest } = await context.log.state();
  expect(await new Snapshots(context.redis, context.log).save(head, digest, emptyState())).toBeTrue();
}

async function apply(retention: Retention, nowMs = Date.now() + 1): Promise<{ floor: Offset; wanted: Offset }> {
  return applyRetention(context.log, retention, { nowMs, sparedMs });
}

async function appendTen(): Promise<void> {
  for (let i = 0; i < 10; i++) await appendNamed(context.log, `a${String(i)}`, `b${String(i)}`);
}

describe('Retention of a log with snapshots at its end', () => {
  beforeEach(async () => {
    await appendTen();
    await saveHere();
    await appendNamed(context.log, 'c', 'd');
    await saveHere();
  });

  it('[L9] by count keeps at least that many facts, and whole batches', async () => {
    expect(seqOf((await apply({ facts: 5 })).floor)).toBe(16);
    const { facts, earliest, epoch } = await context.log.bounds();
    expect([facts, earliest]).toEqual([6, offset(epoch, 17)]);
  });

  it('[L9] by bytes keeps the newest batches that fit, and the first one that does not', async () => {
    const { bytes } = await context.log.bounds();
    await apply({ bytes: bytes / 2 });
    const kept = await context.log.bounds();
    expect(kept.bytes).toBeGreaterThanOrEqual(bytes / 2);
    expect(kept.bytes).toBeLessThan(bytes * 0.65);
  });

  it('[L9][L9c] by age drops what was appended earlier, but never the last batch', async () => {
    const { appendedAt } = await context.log.state();
    expect((await apply({ ageMs: 1_000 }, appendedAt + 500)).floor).toBe(ORIGIN);
    expect(seqOf((await apply({ ageMs: 1_000 }, appendedAt + 1_001)).floor)).toBe(20);
    expect(await apply({ facts: 0 })).toEqual(jasmine.objectContaining({ wanted: (await context.log.state()).floor }));
  });

  it('keeps everything if there is no bound', async () => {
    expect(await apply({})).toEqual({ floor: ORIGIN, wanted: ORIGIN });
  });

  it('[L9b] keeps batches that are younger than the longest retry of an append', async () => {
    const { floor, wanted } = await applyRetention(context.log, { facts: 5 }, { nowMs: await context.log.now() });
    expect([floor, wanted]).toEqual([ORIGIN, ORIGIN]);
    const third = (await context.log.readAfter(ORIGIN)).batches[2]!.through;
    expect((await context.log.trim(third, RETRIED_WITHIN_MS)).floor).toBe(ORIGIN);
    expect((await context.log.trim(third, 0)).floor).toBe(third);
  });
});

describe('Retention', () => {
  it('[L9a] never passes the second-newest snapshot', async () => {
    await appendTen();
    await saveHere();
    for (const name of ['c', 'd']) await appendNamed(context.log, name);
    await saveHere();
    await appendNamed(context.log, 'e');
    const { floor, wanted } = await apply({ facts: 1 });
    expect([seqOf(floor), seqOf(wanted)]).toEqual([20, 22]);
  });

  it('[L9a] drops nothing while there are fewer than two snapshots, because the state could not be rebuilt', async () => {
    await appendTen();
    expect((await apply({ facts: 5 })).floor).toBe(ORIGIN);
    await saveHere();
    await appendNamed(context.log, 'c');
    expect((await apply({ facts: 5 })).floor).toBe(ORIGIN);
    await saveHere();
    expect(seqOf((await apply({ facts: 5 })).floor)).toBe(16);
  });

  it('[L9a] counts only snapshots whose offsets are places in the log', async () => {
    await appendTen();
    await saveHere();
    const { epoch } = await context.log.state();
    await context.redis.zadd(context.log.keys.snapshots, 99, offset(epoch, 99), 20, offset(epoch - 1, 20));
    expect((await apply({ facts: 5 })).floor).toBe(ORIGIN);
  });
});
