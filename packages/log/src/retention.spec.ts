import { ORIGIN, emptyState, offset, seqOf } from '@graphtail/facts';
import { appendNamed } from '../../../tests/support/log.ts';
import { useLog } from '../../../tests/support/use-log.ts';
import { applyRetention } from './retention.ts';
import { Snapshots } from './snapshots.ts';

const context = useLog();

beforeEach(async () => {
  for (let i = 0; i < 10; i++) await appendNamed(context.log, `a${String(i)}`, `b${String(i)}`);
});

describe('Retention', () => {
  it('by count keeps at least so many facts, and whole batches', async () => {
    expect(seqOf((await applyRetention(context.log, { facts: 5 }, Date.now())).floor)).toBe(14);
    const { facts, earliest, epoch } = await context.log.bounds();
    expect([facts, earliest]).toEqual([6, offset(epoch, 15)]);
  });

  it('by bytes keeps the newest batches that fit, and the one that does not quite', async () => {
    const { bytes } = await context.log.bounds();
    await applyRetention(context.log, { bytes: bytes / 2 }, Date.now());
    const kept = await context.log.bounds();
    expect(kept.bytes).toBeGreaterThanOrEqual(bytes / 2);
    expect(kept.bytes).toBeLessThan(bytes * 0.65);
  });

  it('by age drops what was appended earlier', async () => {
    const { head, appendedAt } = await context.log.state();
    expect((await applyRetention(context.log, { ageMs: 1_000 }, appendedAt + 500)).floor).toBe(ORIGIN);
    expect((await applyRetention(context.log, { ageMs: 1_000 }, appendedAt + 1_001)).floor).toBe(head);
  });

  it('never passes the second-newest snapshot', async () => {
    const snapshots = new Snapshots(context.redis, context.log);
    const save = async (): Promise<void> => {
      const { head, digest } = await context.log.state();
      await snapshots.save(head, digest, emptyState());
    };
    await save();
    await appendNamed(context.log, 'c');
    await save();
    const { floor, wanted } = await applyRetention(context.log, { facts: 0 }, Date.now());
    expect([seqOf(floor), seqOf(wanted)]).toEqual([20, 21]);
  });

  it('keeps everything where nothing bounds it', async () => {
    expect(await applyRetention(context.log, {}, Date.now())).toEqual({ floor: ORIGIN, wanted: ORIGIN });
  });
});
