import { ORIGIN, epochOf, offset, type Offset } from '@graphtail/facts';
import { Consumers, CursorRefused, MAX_CONSUMERS, isConsumerName } from './index.ts';
import { appendNamed, trimThrough } from '../../../tests/support/log.ts';
import { useLog } from '../../../tests/support/use-log.ts';

describe('durable cursors', () => {
  const stage = useLog({ appendonly: true });
  let consumers: Consumers;
  let head: Offset;

  beforeEach(async () => {
    consumers = new Consumers(stage.redis, stage.log);
    await appendNamed(stage.log, 'a', 'b', 'c', 'd');
    head = (await stage.log.state()).head;
  });

  const at = (seq: number): Offset => offset(epochOf(head), seq);
  const cursor = async (): Promise<Offset | undefined> => (await consumers.get('me'))?.cursor;

  it('[S11a][S11e] a new name begins at the earliest, a known one at its acknowledged cursor, whoever takes it', async () => {
    expect((await consumers.take('me', 's1'))?.cursor).toBe(ORIGIN);
    expect(await consumers.ack('me', 's1', at(3))).toEqual({ kind: 'acknowledged', cursor: at(3) });
    expect((await consumers.take('me', 's2'))?.cursor).toBe(at(3));
    expect(await consumers.list()).toEqual([jasmine.objectContaining({ name: 'me', cursor: at(3), session: 's2' })]);
  });

  it('[S11b] an ack only moves forward', async () => {
    await consumers.take('me', 's1');
    await consumers.ack('me', 's1', at(3));

    expect(await consumers.ack('me', 's1', at(2))).toEqual({ kind: 'acknowledged', cursor: at(3) });
    expect(await cursor()).toBe(at(3));
  });

  it('[S11l] an ack of the older session does not move the cursor', async () => {
    await consumers.take('me', 's1');
    await consumers.take('me', 's2');
    await consumers.ack('me', 's2', at(2));

    for (const seq of [1, 3]) expect(await consumers.ack('me', 's1', at(seq))).toEqual({ kind: 'replaced' });
    expect(await cursor()).toBe(at(2));
  });

  it('[S11l] of two sessions that take a name and acknowledge at once, only the last one to take it moves the cursor afterwards', async () => {
    for (let round = 0; round < 20; round++) {
      await consumers.delete('me');
      await Promise.all([consumers.take('me', 's1'), consumers.take('me', 's2')]);
      const holder = (await consumers.get('me'))!.session;
      const [other, older] = [holder, holder === 's1' ? 's2' : 's1'];
      await Promise.all([consumers.ack('me', older, at(4)), consumers.ack('me', other, at(2))]);

      expect(await cursor()).toBe(at(2));
    }
  });

  it('[S11h] an ack is judged: a cursor that is no place in the log is refused, and moves nothing', async () => {
    await consumers.take('me', 's1');
    for (const bad of [at(9), '7-3' as Offset, offset(epochOf(head) + 1, 2)]) {
      await expectAsync(consumers.ack('me', 's1', bad)).toBeRejectedWithError(CursorRefused);
    }
    expect(await cursor()).toBe(ORIGIN);
  });

  it('[S11d] a seek goes anywhere, and takes the name from its session', async () => {
    await consumers.take('me', 's1');
    await consumers.ack('me', 's1', at(4));

    expect(await consumers.seek('me', at(1))).toBeTrue();
    expect(await consumers.ack('me', 's1', at(4))).toEqual({ kind: 'replaced' });
    expect(await cursor()).toBe(at(1));
    expect(await consumers.seek('nobody', at(1))).toBeFalse();
  });

  it('[S11n][S11p] a deleted name is unknown', async () => {
    await consumers.take('me', 's1');

    expect(await consumers.delete('me')).toBeTrue();
    expect(await consumers.delete('me')).toBeFalse();
    expect(await consumers.ack('me', 's1', at(1))).toEqual({ kind: 'unknown' });
    expect(await consumers.list()).toEqual([]);
  });

  it('[S11j] a cursor of a lost timeline can be replaced by an earlier one that holds', async () => {
    await consumers.take('me', 's1');
    const lost = at(9);
    await consumers.seek('me', lost); // as if facts up to #9 had been there, and were lost when the next epoch opened
    await consumers.take('me', 's1');
    await stage.server.restart();
    await stage.log.state().catch(() => undefined);
    await stage.redis.ping().catch(() => undefined);
    expect(await stage.log.judge(lost)).toEqual(jasmine.objectContaining({ ok: false }));

    expect(await consumers.ack('me', 's1', at(4))).toEqual({ kind: 'acknowledged', cursor: at(4) });
    expect(await cursor()).toBe(at(4));
  });

  it('[S11c] if Redis lost that a session took the name, the session gets it back, unless another took it later', async () => {
    await consumers.take('me', 's0');
    const before = await stage.redis.hgetall('graphtail:{g}:consumers');
    const { takenAt } = (await consumers.take('me', 's1'))!;
    await stage.redis.hset('graphtail:{g}:consumers', before);

    expect(await consumers.keep('me', 's1', takenAt)).toBeTrue();
    expect(await consumers.ack('me', 's1', at(2))).toEqual({ kind: 'acknowledged', cursor: at(2) });
    await consumers.take('me', 's2');
    expect(await consumers.keep('me', 's1', takenAt)).toBeFalse();
    await consumers.seek('me', at(1));
    expect(await consumers.keep('me', 's1', takenAt)).toBeFalse();
    await consumers.delete('me');
    expect(await consumers.keep('me', 's1', takenAt)).toBeFalse();
  });

  it('[S11q] do not hold back retention', async () => {
    await consumers.take('me', 's1');
    await appendNamed(stage.log, 'e');
    await trimThrough(stage.redis, stage.log, head);

    expect((await stage.log.judge((await cursor())!)).ok).toBeFalse();
  });

  it('[S11h] are lost together with the log when Redis loses everything', async () => {
    await consumers.take('me', 's1');
    await consumers.ack('me', 's1', head);
    await stage.redis.flushall();

    await expectAsync(consumers.ack('me', 's1', head)).toBeRejectedWithError(CursorRefused);
    expect(await consumers.get('me')).toBeUndefined();
  });

  it('[S11] have names of limited form and number', async () => {
    expect(['a', 'A.b-c_9', 'x'.repeat(64)].every(isConsumerName)).toBeTrue();
    expect(['', '.a', 'a b', 'a/b', 'x'.repeat(65)].some(isConsumerName)).toBeFalse();
    await Promise.all(Array.from({ length: MAX_CONSUMERS }, (_, i) => consumers.take(`c${String(i)}`, 's')));

    expect(await consumers.take('one-more', 's')).toBeUndefined();
    expect((await consumers.take('c7', 's'))?.cursor).toBe(ORIGIN);
  });
});
