import { offset } from '@graphtail/facts';
import { appendNamed, trimThrough } from '../../../tests/support/log.ts';
import { useLog } from '../../../tests/support/use-log.ts';
import { Consumers } from './consumers.ts';
import { HEADROOM_CONSUMERS, headroom } from './headroom.ts';
import type { Retention } from './retention.ts';

const context = useLog();
let consumers: Consumers;

/** 30 facts in the five minutes that are looked at: 0.1 a second. */
beforeEach(async () => {
  consumers = new Consumers(context.redis, context.log);
  for (let i = 0; i < 6; i++) await appendNamed(context.log, ...Array.from({ length: 5 }, (_, n) => `n${String(i * 5 + n)}`));
});

async function secondsOf(retention: Retention): Promise<Record<string, number>> {
  const found = await headroom(context.log, consumers, retention);
  return Object.fromEntries(found.map(({ consumer = '', seconds }) => [consumer, Math.round(seconds)]));
}

async function consumerAt(name: string, seq: number): Promise<void> {
  const { epoch } = await context.log.state();
  await consumers.take(name, 's');
  await consumers.seek(name, offset(epoch, seq));
}

describe('Headroom', () => {
  it('is the rest of a bound divided by the rate of facts, for a subscriber that disconnects now and for each durable cursor', async () => {
    await consumerAt('slow', 10);
    await consumerAt('quick', 30);
    expect(await secondsOf({ facts: 50 })).toEqual({ '': 500, slow: 300, quick: 500 });
  });

  it('counts the bytes that a cursor has not seen, and the age of the first one', async () => {
    await consumerAt('slow', 15);
    const { bytes } = await context.log.state();
    const byBytes = await secondsOf({ bytes: 2 * bytes });
    expect(byBytes['']).toBe(600);
    expect(byBytes['slow']).toBeGreaterThan(440);
    expect(byBytes['slow']).toBeLessThan(460);
    const byAge = await secondsOf({ ageMs: 3_600_000 });
    expect(byAge['']).toBe(3_600);
    expect(byAge['slow']).toBeGreaterThan(3_590);
  });

  it('is the headroom of the bound that is reached first', async () => {
    expect(await secondsOf({ facts: 50, ageMs: 60_000 })).toEqual({ '': 60 });
    expect(await secondsOf({ facts: 5, ageMs: 3_600_000 })).toEqual({ '': 50 });
  });

  it('is 0 for a cursor that is beyond a bound or has lost facts', async () => {
    await consumerAt('beyond', 10);
    await consumerAt('lost', 3);
    const { epoch } = await context.log.state();
    await trimThrough(context.redis, context.log, offset(epoch, 5));
    expect(await secondsOf({ facts: 10 })).toEqual(jasmine.objectContaining({ beyond: 0, lost: 0 }));
  });

  it('is infinite if no facts come, and not reported if nothing bounds the log', async () => {
    await context.redis.flushall();
    expect(await headroom(context.log, consumers, { facts: 10 })).toEqual([{ consumer: undefined, seconds: Infinity }]);
    expect(await headroom(context.log, consumers, {})).toEqual([]);
  });

  it('is reported only for the durable cursors that are furthest behind, so their number is limited', async () => {
    for (let i = 0; i < HEADROOM_CONSUMERS + 3; i++) await consumerAt(`c${String(i)}`, 30 - i);
    const told = (await headroom(context.log, consumers, { facts: 50 })).map(({ consumer }) => consumer);
    expect(told.length).toBe(1 + HEADROOM_CONSUMERS);
    expect([told.includes('c12'), told.includes('c0')]).toEqual([true, false]);
  });
});
