import { ORIGIN, epochOf, offset, seqOf, type Offset } from '@graphtail/facts';
import { LogDamaged, connect, follow, receipt, type Followed } from './index.ts';
import { damageBatch, garble } from '../../../tests/support/damage.ts';
import { appendNamed, trimThrough } from '../../../tests/support/log.ts';
import { useLog } from '../../../tests/support/use-log.ts';

const KINDS: Readonly<Record<string, (fields: Map<string, string>) => void>> = {
  'a fact that is no JSON any more': garble,
  'a fact that says something else': (fields) => fields.set('payload', fields.get('payload')!.replace('"name":"c"', '"name":"x"')),
  'a fact cut off': (fields) => fields.set('payload', fields.get('payload')!.slice(0, -40)),
  'a fact that is gone': (fields) => fields.set('payload', fields.get('payload')!.split(',\n')[0]!),
  'a wrong count': (fields) => fields.set('count', '3'),
  'a wrong prev': (fields) => fields.set('prev', `${fields.get('prev')!.split('-')[0]!}-1`),
  'a garbled prev': (fields) => fields.set('prev', 'x'),
  'another digest': (fields) => fields.set('digest', '0123456789abcdef'),
  'no digest': (fields) => fields.delete('digest'),
  'no payload': (fields) => fields.delete('payload'),
  'no version': (fields) => fields.delete('v'),
  'no time': (fields) => fields.set('at', ''),
};

describe('A batch that is damaged in the log', () => {
  const stage = useLog({ appendonly: true });
  let head: Offset;

  const at = (seq: number): Offset => offset(epochOf(head), seq);

  beforeEach(async () => {
    await appendNamed(stage.log, 'a', 'b');
    await appendNamed(stage.log, 'c', 'd');
    await appendNamed(stage.log, 'e', 'f');
    ({ head } = await stage.log.state());
  });

  async function damageAt(cursor: Offset): Promise<Offset | undefined> {
    try {
      await stage.log.readAfter(cursor);
      return undefined;
    } catch (error) {
      if (!(error instanceof LogDamaged)) throw error;
      return error.damage.through;
    }
  }

  for (const [kind, change] of Object.entries(KINDS)) {
    it(`[L10][L10a] by ${kind} is never given to a reader, who is told where to go on`, async () => {
      await damageBatch(stage.redis, stage.log, at(4), change);

      expect((await stage.log.readAfter(ORIGIN)).batches.map(({ through }) => through)).toEqual([at(2)]);
      for (const cursor of [at(2), at(3)])
        expect(await damageAt(cursor))
          .withContext(cursor)
          .toBe(at(4));
      expect((await stage.log.readAfter(at(4))).batches.map(({ through }) => through)).toEqual([head]);
    });
  }

  it('[L10b] is reported by a tail, which goes on after it', async () => {
    await damageBatch(stage.redis, stage.log, at(4), garble);
    const stop = new AbortController();
    const told: Followed[] = [];
    for await (const followed of follow(stage.log, ORIGIN, {
      signal: stop.signal,
      blocking: connect(stage.server.url, { blocking: true }),
    })) {
      told.push(followed);
      if (followed.kind === 'idle') stop.abort();
    }
    const places = told.map((each) =>
      each.kind === 'batch' ? each.batch.through : each.kind === 'damaged' ? [each.damage.through] : 'idle',
    );
    expect(places).toEqual([at(2), [at(4)], head, 'idle']);
  });

  it('[L10] is found even if the batch before it was trimmed and its digest is unknown', async () => {
    await trimThrough(stage.redis, stage.log, at(2));
    await damageBatch(stage.redis, stage.log, at(4), garble);
    expect(await damageAt(at(2))).toBe(at(4));
  });

  it('[L10c][L10d] is noted for the producer until the log has its facts again or no longer contains the batch', async () => {
    await damageBatch(stage.redis, stage.log, at(4), garble);
    expect(await stage.log.damage.isUnmended()).toBeFalse();
    await damageAt(at(2));
    const [noted] = await stage.log.damage.list();
    expect(noted).toEqual(jasmine.objectContaining({ through: at(4), reason: 'its facts have another digest', mendedAt: undefined }));
    expect(await stage.log.damage.isUnmended()).toBeTrue();
    await stage.log.damage.mended([noted!], head);
    await damageAt(at(2));
    expect(await stage.log.damage.isUnmended()).toBeFalse();
    await stage.redis.xdel(stage.log.keys.log, at(4));
    expect(await stage.log.damage.list()).toEqual([]);
  });

  it('[P4] does not prevent a receipt around it, but one that begins or ends inside', async () => {
    const whole = await receipt(stage.log, ORIGIN, head);
    await damageBatch(stage.redis, stage.log, at(4), garble);
    expect(await receipt(stage.log, ORIGIN, head)).toEqual(whole);
    await expectAsync(receipt(stage.log, ORIGIN, at(3))).toBeRejectedWithError(LogDamaged);
  });

  it('does not prevent finding positions around it', async () => {
    await damageBatch(stage.redis, stage.log, at(4), (fields) => fields.delete('prev'));
    expect(await stage.log.resolve({ kind: 'last', count: 2 })).toBe(at(4));
    expect(seqOf(await stage.log.resolve({ kind: 'last', count: 3 }))).toBeGreaterThanOrEqual(3);
    expect(await stage.log.resolve({ kind: 'time', ms: 0 })).toBe(ORIGIN);
    expect(await stage.log.resolve({ kind: 'time', ms: Date.now() + 60_000 })).toBe(head);
  });

  for (const [which, seq] of [
    ['first', 2],
    ['last', 6],
  ] as const) {
    it(`lets an epoch be opened, and facts be appended, though it is the log's ${which} and has no fields`, async () => {
      await damageBatch(stage.redis, stage.log, at(seq), (fields) => {
        for (const name of [...fields.keys()]) if (name !== 'payload') fields.delete(name);
      });
      await stage.server.restart();
      await appendNamed(stage.log, 'g');
      expect(seqOf((await stage.log.state()).head)).toBe(7);
      expect((await stage.log.bounds()).earliest).toBe(at(1));
      expect((await stage.log.readAfter(head)).batches.length).toBe(1);
    });
  }
});
