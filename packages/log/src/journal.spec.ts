import { AUDIT_LOG, ORIGIN, seqOf, type Fact, type NewFact } from '@graphtail/facts';
import type { Redis } from 'ioredis';
import { eventually } from '../../../tests/support/eventually.ts';
import { useLog } from '../../../tests/support/use-log.ts';
import { decodeFacts } from './batch.ts';
import { openLog } from './fact-log.ts';
import { Journal, type JournalOptions } from './journal.ts';
import { connect } from './redis.ts';
import { Snapshots } from './snapshots.ts';

const context = useLog({ appendonly: true });

function entry(id: string): NewFact {
  const data = { actor: 'anyone', action: 'reanalyze', target: 'g', outcome: 'ok', address: '127.0.0.1' };
  return { event_type: 'audit_recorded', entity_type: 'audit', entity_id: id, data };
}

describe('a journal', () => {
  let open: { journal: Journal; redis: Redis }[] = [];
  let dropped: number;
  let states: string[];

  beforeEach(() => {
    [open, dropped, states] = [[], 0, []];
  });
  afterEach(async () => {
    for (const { journal, redis } of open) {
      await journal.close(500);
      redis.disconnect();
    }
  });

  function start(options: Partial<JournalOptions> = {}): Journal {
    const redis = connect(context.server.url);
    const journal = new Journal(redis, AUDIT_LOG, {
      retainFacts: 10_000,
      onDropped: (facts) => (dropped += facts),
      onState: (state) => states.push(state),
      ...options,
    });
    open.push({ journal, redis });
    return journal;
  }

  async function recorded(): Promise<Fact[]> {
    const log = openLog(context.redis, AUDIT_LOG);
    const facts: Fact[] = [];
    for (let cursor = (await log.state()).floor; ;) {
      const page = await log.readAfter(cursor);
      for (const batch of page.batches) facts.push(...decodeFacts(batch, batch.prev));
      cursor = page.batches.at(-1)?.through ?? cursor;
      if (page.caughtUp) return facts;
    }
  }

  const ids = (facts: readonly Fact[]): string[] => facts.map(({ entity_id: id }) => id);
  const numbered = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${prefix}-${String(i)}`);

  it('has every fact of several processes once, each in the order of its process', async () => {
    const journals = ['a', 'b', 'c'].map((name) => ({ name, journal: start() }));
    for (let i = 0; i < 200; i++) {
      for (const { name, journal } of journals) journal.record(entry(`${name}-${String(i)}`));
      if (i % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await eventually(async () => (await recorded()).length >= 600);
    const facts = await recorded();
    expect(facts.length).toBe(600);
    for (const { name } of journals) expect(ids(facts).filter((id) => id.startsWith(name))).toEqual(numbered(name, 200));
    expect([dropped, states]).toEqual([0, []]);
  });

  it('keeps the time at which each fact was recorded, also while Redis is away, and says once that Redis is away', async () => {
    const journal = start();
    journal.record(entry('before'));
    await eventually(async () => (await recorded()).length === 1);
    await context.server.kill();
    const began = Date.now();
    for (const id of numbered('meanwhile', 150)) journal.record(entry(id));
    expect(Date.now() - began).toBeLessThan(200);
    await eventually(() => states.length > 0);
    const ended = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await context.server.restart();
    await eventually(async () => (await recorded()).length > 1);
    await eventually(async () => (await recorded()).length === 151);
    const facts = await recorded();
    expect(ids(facts)).toEqual(['before', ...numbered('meanwhile', 150)]);
    expect(facts.slice(1).every(({ timestamp }) => Date.parse(timestamp) >= began && Date.parse(timestamp) <= ended)).toBeTrue();
    expect([states, dropped]).toEqual([['away', 'back'], 0]);
  });

  it('does not write a fact twice if the reply was lost', async () => {
    const journal = start();
    const { redis } = open[0]!;
    const call = redis.fcall.bind(redis);
    let lost = 0;
    spyOn(redis, 'fcall').and.callFake((async (...args: Parameters<typeof call>) => {
      const answer = await call(...args);
      if (String(args[0]).endsWith('_append') && lost++ === 0) throw new Error('Connection is closed.');
      return answer;
    }) as typeof redis.fcall);
    journal.record(entry('once'));
    await eventually(() => states.includes('back'));
    await journal.close(2_000);
    expect([ids(await recorded()), lost]).toEqual([['once'], 2]);
  });

  it('counts facts that it has no room for, and those that it could not append before it was closed', async () => {
    const journal = start();
    await context.server.kill();
    for (const id of numbered('x', 5_010)) journal.record(entry(id));
    expect(dropped).toBe(10);
    await journal.close(50);
    expect(dropped).toBe(5_010);
    journal.record(entry('late'));
    expect(dropped).toBe(5_011);
    await context.server.restart();
  });

  it('appends waiting facts when it is closed', async () => {
    const journal = start();
    for (const id of numbered('x', 250)) journal.record(entry(id));
    await journal.close(2_000);
    expect((await recorded()).length).toBe(250);
    expect(dropped).toBe(0);
  });

  it('keeps its bound by the rules of trimming: it saves two snapshots of the empty state', async () => {
    const journal = start({ retainFacts: 100, sparedMs: 0 });
    const log = openLog(context.redis, AUDIT_LOG);
    for (let round = 1; round <= 10; round++) {
      for (const id of numbered(String(round), 50)) journal.record(entry(id));
      await eventually(async () => seqOf((await log.state()).head) === round * 50);
    }
    await eventually(async () => (await recorded()).length <= 200);
    const facts = await recorded();
    expect(facts.length).toBeGreaterThanOrEqual(100);
    expect(facts.at(-1)?.entity_id).toBe('10-49');
    const newest = await new Snapshots(context.redis, log).newest();
    expect([newest?.state.nodes.size, newest?.asOf === ORIGIN]).toEqual([0, false]);
  });
});
