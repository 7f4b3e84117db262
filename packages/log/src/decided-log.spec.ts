import { ALERTS_LOG, seqOf, type Fact, type NewFact } from '@graphtail/facts';
import type { Redis } from 'ioredis';
import { useLog } from '../../../tests/support/use-log.ts';
import { DecidedLog } from './decided-log.ts';
import { openLog } from './fact-log.ts';
import { connect } from './redis.ts';

const context = useLog({ appendonly: true });

/** The ids of the facts, in their order. */
class Ids {
  readonly ids: string[] = [];

  fold(fact: Fact): void {
    this.ids.push(fact.entity_id);
  }
}

function raised(id: string): NewFact {
  const data = { alert_id: id, name: 'Name', severity: 'warning', summary: 'It is so.', labels: {} };
  return { event_type: 'alert_raised', entity_type: 'alert', entity_id: id, data };
}

describe('a decided log', () => {
  const open: Redis[] = [];
  afterEach(() => open.splice(0).forEach((redis) => redis.disconnect()));

  function start(retainFacts = 10_000): DecidedLog<Ids> {
    const redis = connect(context.server.url);
    open.push(redis);
    return new DecidedLog(redis, ALERTS_LOG, { empty: () => new Ids(), retainFacts });
  }
  const idsOf = (log: DecidedLog<Ids>): Promise<string[]> => log.read(({ ids }) => [...ids]);

  it('appends what a decision returns, and shows it to the next one, in any process', async () => {
    const [one, other] = [start(), start()];
    expect((await one.decide(({ ids }) => [raised(`after ${String(ids.length)}`)])).map(({ entity_id: id }) => id)).toEqual(['after 0']);
    await other.decide(({ ids }) => [raised(`after ${String(ids.length)}`)]);
    expect(await idsOf(one)).toEqual(['after 0', 'after 1']);
    expect(await other.decide(() => [])).toEqual([]);
  });

  it('has each fact once if several processes decide the same at the same time', async () => {
    const processes = Array.from({ length: 5 }, () => start());
    const once = (id: string) => (state: Ids) => (state.ids.includes(id) ? [] : [raised(id)]);
    const wanted = Array.from({ length: 20 }, (_, i) => `alert ${String(i)}`);
    await Promise.all(processes.flatMap((log) => wanted.map((id) => log.decide(once(id)))));
    expect((await idsOf(processes[0]!)).sort()).toEqual([...wanted].sort());
  });

  it('decides again about what the log holds after Redis has lost it', async () => {
    const log = start();
    await log.decide(() => [raised('lost')]);
    await context.redis.flushall();
    expect(await idsOf(log)).toEqual([]);
    await log.decide(({ ids }) => [raised(`after ${String(ids.length)}`)]);
    expect(await idsOf(log)).toEqual(['after 0']);
  });

  it('passes an error of a decision on, and goes on', async () => {
    const log = start();
    const failing = log.decide(() => {
      throw new Error('no');
    });
    const next = log.decide(() => [raised('next')]);
    await expectAsync(failing).toBeRejectedWithError('no');
    await next;
    expect(await idsOf(log)).toEqual(['next']);
  });

  it('looks now and then whether to trim, and a trimmed log is read from where it begins', async () => {
    const log = start(50);
    for (let i = 0; i < 120; i++) await log.decide(() => [raised(String(i))]);
    const { head } = await openLog(context.redis, ALERTS_LOG).bounds();
    expect(seqOf(head)).toBe(120);
    expect((await idsOf(start())).at(-1)).toBe('119');
  });
});
