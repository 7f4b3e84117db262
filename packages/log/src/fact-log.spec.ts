import {
  lanesToHex,
  addLanes,
  ZERO,
  ORIGIN,
  epochOf,
  hashText,
  joinPayload,
  offset,
  seqOf,
  stampFact,
  type Offset,
} from '@graphtail/facts';
import { appendNamed, factsNamed, producerFor, trimThrough } from '../../../tests/support/log.ts';
import { useLog } from '../../../tests/support/use-log.ts';
import { sliceAfter } from './batch.ts';
import { CursorRefused, ProducerConflict } from './errors.ts';
import type { AppendRequest } from './fact-log.ts';
import { logKeys } from './keys.ts';
import { parsePosition } from './position.ts';
import { Producer } from './producer.ts';
import { receipt } from './receipt.ts';

const context = useLog({ appendonly: true });

/** One append of one fact after a place, as a producer would send it. */
function request(epoch: number, expectedHead: Offset, expectedBatchId: string, batchId: string): AppendRequest {
  const through = offset(epoch, seqOf(expectedHead) + 1);
  const payload = joinPayload([JSON.stringify(stampFact(factsNamed(batchId)[0]!, through, '2026-01-31T12:00:00.000Z'))]);
  return { expectedHead, expectedBatchId, batchId, through, count: 1, sum: hashText(payload), payload };
}

async function offsetsInLog(): Promise<number[]> {
  const seqs: number[] = [];
  let cursor: Offset = ORIGIN;
  for (;;) {
    const page = await context.log.readAfter(cursor);
    for (const batch of page.batches) {
      seqs.push(...sliceAfter(batch, cursor).facts.map((fact) => seqOf((JSON.parse(fact) as { offset: Offset }).offset)));
      cursor = batch.through;
    }
    if (page.caughtUp) return seqs;
  }
}

async function refusalOf(cursor: Offset): Promise<CursorRefused['refusal'] | undefined> {
  const verdict = await context.log.judge(cursor);
  return verdict.ok ? undefined : verdict.refusal;
}

describe('An append', () => {
  it('[L2] gives consecutive offsets to facts, and 16-digit epochs keep every digit', async () => {
    const { epoch } = await context.log.state();
    expect(String(epoch).length).toBe(16);
    await appendNamed(context.log, 'a', 'b');
    await appendNamed(context.log, 'c');
    expect(await offsetsInLog()).toEqual([1, 2, 3]);
    expect((await context.log.state()).head).toBe(offset(epoch, 3));
  });

  it('[L6a] that is retried after a lost reply gets the same answer, and is not written twice', async () => {
    const { epoch } = await context.log.state();
    const first = request(epoch, ORIGIN, '', 'b1');
    const answer = await context.log.append(first);
    await context.log.append(request(epoch, first.through, 'b1', 'b2'));
    expect(await context.log.append(first)).toEqual(answer);
    expect(await offsetsInLog()).toEqual([1, 2]);
  });

  it('[L6a] that is retried after a restart of Redis is not written twice either', async () => {
    const { epoch } = await context.log.state();
    const first = request(epoch, ORIGIN, '', 'b1');
    const answer = await context.log.append(first);
    await context.server.restart();
    expect(await context.log.append(first)).toEqual(answer);
    expect((await context.log.state()).epoch).toBeGreaterThan(epoch);
    expect(await offsetsInLog()).toEqual([1]);
  });

  it('[L6][L6b] of a zombie conflicts: the head has the same number, but another batch ends there', async () => {
    const { epoch } = await context.log.state();
    const mine = request(epoch, ORIGIN, '', 'mine');
    await context.log.append(request(epoch, ORIGIN, '', 'theirs'));
    expect(await context.log.append(mine)).toEqual({ kind: 'conflict', epoch, head: mine.through, headBatchId: 'theirs' });
    expect((await context.log.append(request(epoch, mine.through, 'mine', 'next'))).kind).toBe('conflict');
    expect(await offsetsInLog()).toEqual([1]);
  });

  it('[L6][L6b] that was stamped in a closed epoch conflicts, although the head is the expected one', async () => {
    const before = await context.log.state();
    await context.server.restart();
    const reply = await context.log.append(request(before.epoch, ORIGIN, '', 'late'));
    expect(reply.kind).toBe('conflict');
    expect(await offsetsInLog()).toEqual([]);
  });

  it('[L2][L6b] of a batch whose count does not fit its end is refused, and nothing is written', async () => {
    const { epoch } = await context.log.state();
    const one = request(epoch, ORIGIN, '', 'b1');
    for (const wrong of [{ count: 2 }, { count: 0 }, { through: offset(epoch, 3) }])
      await expectAsync(context.log.append({ ...one, ...wrong })).toBeRejectedWithError(/BADREQUEST/);
    expect(await offsetsInLog()).toEqual([]);
  });

  it('[L4][L5][P3] is one stream entry with the offset of its last fact as ID and the documented fields', async () => {
    await appendNamed(context.log, 'a', 'b');
    await appendNamed(context.log, 'line\nfeed', 'ü');
    const entries = await context.redis.xrange('graphtail:{g}:log', '-', '+');
    const { epoch } = await context.log.state();
    let [digest, bytes] = [ZERO, 0];
    const expected = [2, 4].map((seq, i) => {
      const payload = entries[i]![1].at(-1)!;
      const texts = payload.split('\n').map((line) => line.replace(/,$/, ''));
      expect(texts.map((text) => (JSON.parse(text) as { offset: Offset }).offset)).toEqual([offset(epoch, seq - 1), offset(epoch, seq)]);
      digest = texts.reduce((sum, text) => addLanes(sum, hashText(text)), digest);
      bytes += Buffer.byteLength(payload);
      const fields = { v: '1', prev: seq === 2 ? ORIGIN : offset(epoch, 2), count: '2', at: jasmine.stringMatching(/^\d{13}$/) };
      const rest = { batch: jasmine.stringMatching(/./), digest: lanesToHex(digest), bytes: String(bytes), payload };
      return [offset(epoch, seq), Object.entries({ ...fields, ...rest }).flat()];
    });
    expect(entries as unknown).toEqual(expected);
  });

  it("[L4a] never goes back in time, even if Redis's clock does", async () => {
    await appendNamed(context.log, 'a');
    const ahead = Date.now() + 60_000;
    await context.redis.hset(logKeys('g').meta, 'at', ahead); // as if the clock had been set back by a minute since
    await appendNamed(context.log, 'b');
    await appendNamed(context.log, 'c');
    const times = (await context.log.readAfter(ORIGIN)).batches.map((batch) => batch.appendedAt);
    expect(times.slice(1)).toEqual([ahead, ahead]);
  });

  it('[L6b] that finds the log gone conflicts, and the answer names the empty log', async () => {
    const { epoch } = await context.log.state();
    await context.redis.flushall();
    const reply = await context.log.append(request(epoch, ORIGIN, '', 'late'));
    expect(reply).toEqual({ kind: 'conflict', epoch: (await context.log.state()).epoch, head: ORIGIN, headBatchId: '' });
  });

  it('[L2] keeps offsets contiguous while several producers append at once', async () => {
    const written = new Set<string>();
    const produce = async (name: string): Promise<void> => {
      for (let i = 0; i < 15; i++) {
        for (;;) {
          const producer = await producerFor(context.log);
          try {
            await producer.append([factsNamed(`${name}${String(i)}`), factsNamed(`${name}${String(i)}'`)], () => undefined);
            written.add(`${name}${String(i)}`);
            break;
          } catch (error) {
            if (!(error instanceof ProducerConflict)) throw error;
          }
        }
      }
    };
    await Promise.all([produce('x'), produce('y'), produce('z')]);
    const seqs = await offsetsInLog();
    expect(seqs).toEqual(seqs.map((_, i) => i + 1));
    expect(written.size).toBe(45);
    expect(seqs.length).toBe(90);
  });

  it('in flight behind one that conflicts is dropped with it', async () => {
    const stale = await producerFor(context.log);
    await appendNamed(context.log, 'first');
    const groups = Array.from({ length: 2_000 }, (_, i) => factsNamed(`stale${String(i)}`));
    await expectAsync(stale.append(groups, () => undefined)).toBeRejectedWithError(ProducerConflict);
    expect(await offsetsInLog()).toEqual([1]);
  });

  it('[F4a] writes a group of facts in one batch', async () => {
    const producer = await producerFor(context.log);
    const groups = [3, 200, 100, 1].map((size, g) => factsNamed(...Array.from({ length: size }, (_, i) => `g${String(g)}-${String(i)}`)));
    await producer.append(groups, () => undefined);
    const counts = (await context.log.readAfter(ORIGIN)).batches.map((batch) => batch.count);
    expect(counts).toEqual([203, 101]);
  });

  it('is retried until Redis is back', async () => {
    const producer = new Producer(context.log);
    const { epoch, head, headBatchId } = await context.log.state();
    producer.moveTo({ epoch, head, batchId: headBatchId });
    await context.server.kill();
    const appending = producer.append([factsNamed('a')], () => undefined).catch((error: unknown) => error);
    await context.server.restart();
    expect(await appending).toBeInstanceOf(ProducerConflict); // another epoch: the producer has to judge its place
    await appendNamed(context.log, 'a');
    expect(await offsetsInLog()).toEqual([1]);
  });
});

describe('An epoch', () => {
  it('[L2][L3][L3b] is opened by a restart of Redis, and linked to the head before it', async () => {
    await appendNamed(context.log, 'a', 'b');
    const before = await context.log.bounds();
    await context.server.restart();
    await appendNamed(context.log, 'c');
    const after = await context.log.bounds();
    expect(after.epochs.map(({ epoch }) => epoch)).toEqual([before.epoch, after.epoch]);
    expect(after.epochs.at(-1)).toEqual(jasmine.objectContaining({ prev: before.head, reason: 'restarted' }));
    expect(after.head).toBe(offset(after.epoch, 3));
    expect(await offsetsInLog()).toEqual([1, 2, 3]);
  });

  it('[L3a] is opened by FLUSHALL with a new, higher number, even within the same second', async () => {
    const epochs = [];
    for (let i = 0; i < 3; i++) {
      epochs.push((await context.log.state()).epoch);
      await context.redis.flushall();
    }
    expect(new Set(epochs).size).toBe(3);
    expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
  });

  it('[L3] is opened if the metadata was lost, and takes the head from the stream', async () => {
    await appendNamed(context.log, 'a', 'b');
    const before = await context.log.bounds();
    await context.redis.del(logKeys('g').meta);
    await appendNamed(context.log, 'c');
    expect(await offsetsInLog()).toEqual([1, 2, 3]);
    expect((await context.log.judge(before.head)).ok).toBeTrue();
    const { digest } = await receipt(context.log, ORIGIN, (await context.log.state()).head);
    expect(digest).toBe((await context.log.state()).digest);
  });

  it('[L3] is opened if the stream was deleted: a reader that has seen everything goes on, others are refused', async () => {
    await appendNamed(context.log, 'a', 'b');
    const { head, epoch } = await context.log.state();
    await context.redis.del(logKeys('g').log);
    expect((await context.log.judge(head)).ok).toBeTrue();
    expect((await refusalOf(offset(epoch, 1)))?.code).toBe('CURSOR_TOO_OLD');
    await appendNamed(context.log, 'c');
    expect((await context.log.readAfter(head)).batches.map((batch) => batch.prev)).toEqual([head]);
  });
});

describe('A cursor', () => {
  it('[C3] holds after a clean restart', async () => {
    await appendNamed(context.log, 'a', 'b');
    const { head, epoch } = await context.log.state();
    await context.server.restart();
    await appendNamed(context.log, 'c');
    for (const cursor of [ORIGIN, offset(epoch, 1), head])
      expect((await context.log.judge(cursor)).ok)
        .withContext(cursor)
        .toBeTrue();
    expect((await context.log.readAfter(head)).batches.length).toBe(1);
  });

  it('[C3] of a log that FLUSHALL took is refused with STREAM_REPLACED, also when the new log is as long', async () => {
    await appendNamed(context.log, 'a', 'b');
    const { head } = await context.log.state();
    await context.redis.flushall();
    await appendNamed(context.log, 'c', 'd', 'e');
    expect((await refusalOf(head))?.code).toBe('STREAM_REPLACED');
    await expectAsync(context.log.readAfter(head)).toBeRejectedWithError(CursorRefused);
  });

  it('[C3] past the head, or in an epoch newer than any, is refused with CURSOR_IN_FUTURE, retryable', async () => {
    await appendNamed(context.log, 'a');
    const { epoch } = await context.log.state();
    for (const cursor of [offset(epoch, 2), offset(epoch + 1, 1)]) {
      expect(await refusalOf(cursor)).toEqual(jasmine.objectContaining({ code: 'CURSOR_IN_FUTURE', retryable: true }));
    }
  });

  it('[C3][L7] below the floor is refused with CURSOR_TOO_OLD and the place to resume at', async () => {
    await appendNamed(context.log, 'a', 'b');
    await appendNamed(context.log, 'c');
    const { head, epoch } = await context.log.state();
    await appendNamed(context.log, 'd');
    await trimThrough(context.redis, context.log, head);
    expect(await refusalOf(ORIGIN)).toEqual(
      jasmine.objectContaining({ code: 'CURSOR_TOO_OLD', resumeAt: head, earliest: offset(epoch, 4), retryable: false }),
    );
    expect((await context.log.judge(head)).ok).toBeTrue();
    expect((await context.log.readAfter(head)).batches.length).toBe(1);
  });

  it('[C3] at the start of an epoch that was lost itself is refused with LOG_TRUNCATED', async () => {
    await appendNamed(context.log, 'a', 'b');
    const { head } = await context.log.state();
    await context.redis.del(logKeys('g').log);
    await context.log.state(); // an epoch that starts from the head
    await context.redis.del(logKeys('g').meta); // and one from the beginning: nobody knows of the head any more
    expect(await refusalOf(head)).toEqual(jasmine.objectContaining({ code: 'LOG_TRUNCATED', divergedAt: ORIGIN, resumeAt: ORIGIN }));
    await expectAsync(context.log.readAfter(head)).toBeRejectedWithError(CursorRefused);
    expect((await refusalOf(offset(epochOf(head), 1)))?.code).toBe('LOG_TRUNCATED');
  });

  it('[C3] is judged by one table: each row, and both sides of each bound', async () => {
    await appendNamed(context.log, 'a', 'b');
    await appendNamed(context.log, 'c', 'd');
    const first = await context.log.state();
    await context.server.restart();
    await appendNamed(context.log, 'e', 'f');
    await trimThrough(context.redis, context.log, offset(first.epoch, 2));
    const { epoch } = await context.log.state();
    const verdicts: Record<string, string | undefined> = {
      [offset(first.epoch, 1)]: 'CURSOR_TOO_OLD',
      [offset(first.epoch, 2)]: undefined, // the floor
      [offset(first.epoch, 3)]: undefined,
      [offset(first.epoch, 4)]: undefined, // its end
      [offset(first.epoch, 5)]: 'LOG_TRUNCATED',
      [offset(epoch, 3)]: 'STREAM_REPLACED',
      [offset(epoch, 4)]: 'STREAM_REPLACED', // where it began, which is the place of another epoch's fact
      [offset(epoch, 5)]: undefined,
      [offset(epoch, 6)]: undefined, // the head
      [offset(epoch, 7)]: 'CURSOR_IN_FUTURE',
      [offset(epoch + 1, 6)]: 'CURSOR_IN_FUTURE',
      [offset(first.epoch + 1, 3)]: 'STREAM_REPLACED',
      [offset(first.epoch - 1, 3)]: 'STREAM_REPLACED',
      [ORIGIN]: 'CURSOR_TOO_OLD',
    };
    for (const [cursor, code] of Object.entries(verdicts))
      expect<string | undefined>((await refusalOf(cursor as Offset))?.code)
        .withContext(cursor)
        .toBe(code);
  });

  it('[C3] is judged as before if the list of epochs was lost, as far as the stream and its floor show', async () => {
    await appendNamed(context.log, 'a', 'b');
    await appendNamed(context.log, 'c');
    const epochs = [(await context.log.state()).epoch];
    for (const name of ['d', 'e']) {
      await context.server.restart();
      await appendNamed(context.log, name);
      epochs.push((await context.log.state()).epoch);
    }
    const [first, second, third] = epochs as [number, number, number];
    await trimThrough(context.redis, context.log, offset(first, 2));
    await context.redis.del(context.log.keys.epochs);
    const verdicts: Record<string, string | undefined> = {
      [offset(first, 1)]: 'CURSOR_TOO_OLD',
      [offset(first, 2)]: undefined, // the floor
      [offset(first, 3)]: undefined,
      [offset(first, 4)]: 'LOG_TRUNCATED',
      [offset(second, 3)]: 'STREAM_REPLACED',
      [offset(second, 4)]: undefined,
      [offset(second, 5)]: 'LOG_TRUNCATED',
      [offset(third, 5)]: undefined, // the head
      [offset(third, 6)]: 'LOG_TRUNCATED', // another epoch is open now
      [ORIGIN]: 'CURSOR_TOO_OLD',
    };
    for (const [cursor, code] of Object.entries(verdicts))
      expect<string | undefined>((await refusalOf(cursor as Offset))?.code)
        .withContext(cursor)
        .toBe(code);
  });

  it('[C3] of a log that lost and trimmed facts is told to resume at what is left', async () => {
    await appendNamed(context.log, 'a', 'b');
    const first = await context.log.state();
    await context.server.restart();
    await appendNamed(context.log, 'c');
    const { head } = await context.log.state();
    await appendNamed(context.log, 'd');
    const lost = offset(first.epoch, 3);
    expect(await refusalOf(lost)).toEqual(jasmine.objectContaining({ divergedAt: first.head, resumeAt: first.head }));
    await trimThrough(context.redis, context.log, head);
    expect(await refusalOf(lost)).toEqual(
      jasmine.objectContaining({ code: 'LOG_TRUNCATED', divergedAt: first.head, resumeAt: head, retryable: false }),
    );
  });

  it('[C3] that was invented is refused with STREAM_REPLACED', async () => {
    await appendNamed(context.log, 'a');
    for (const cursor of [offset(5, 1), offset(0, 1)]) expect((await refusalOf(cursor))?.code).toBe('STREAM_REPLACED');
  });

  it('[C2] before a hole that was made by hand is told where the log goes on', async () => {
    await appendNamed(context.log, 'a');
    await appendNamed(context.log, 'b');
    await appendNamed(context.log, 'c');
    const { epoch } = await context.log.state();
    await context.redis.xdel(logKeys('g').log, offset(epoch, 2));
    await expectAsync(context.log.readAfter(offset(epoch, 1))).toBeRejectedWith(
      jasmine.objectContaining({ refusal: jasmine.objectContaining({ code: 'CURSOR_TOO_OLD', resumeAt: offset(epoch, 2) }) }),
    );
  });
});

describe('Reading', () => {
  it('[C1][C2] cuts the batch that contains the cursor, and only that one', async () => {
    await appendNamed(context.log, 'a', 'b', 'c');
    await appendNamed(context.log, 'd', 'e');
    const { epoch } = await context.log.state();
    const cursor = offset(epoch, 2);
    const [first, second] = (await context.log.readAfter(cursor)).batches;
    expect(sliceAfter(first!, cursor)).toEqual(jasmine.objectContaining({ prev: cursor, through: offset(epoch, 3) }));
    expect(sliceAfter(first!, cursor).facts.length).toBe(1);
    expect(sliceAfter(second!, first!.through).facts.length).toBe(2);
  });

  it('works in pages in both directions, and is caught up only at the head', async () => {
    for (const name of ['a', 'b', 'c']) await appendNamed(context.log, name);
    const { epoch } = await context.log.state();
    const page = await context.log.readAfter(ORIGIN, { entries: 2 });
    expect([page.batches.length, page.caughtUp]).toEqual([2, false]);
    const rest = await context.log.readAfter(page.batches.at(-1)!.through);
    expect([rest.batches.length, rest.caughtUp]).toEqual([1, true]);
    const back = await context.log.readBefore(offset(epoch, 3), { entries: 5 });
    expect(back.map((batch) => batch.through)).toEqual([offset(epoch, 2), offset(epoch, 1)]);
  });

  it('[C5] resolves positions to cursors', async () => {
    await appendNamed(context.log, 'a', 'b', 'c');
    const { head, epoch, appendedAt } = await context.log.state();
    const resolve = async (text: string): Promise<Offset> => context.log.resolve(parsePosition(text)!);
    expect(await resolve('earliest')).toBe(ORIGIN);
    expect(await resolve('latest')).toBe(head);
    expect(await resolve('last:2')).toBe(offset(epoch, 1));
    expect(await resolve('last:3')).toBe(ORIGIN);
    expect(await resolve('last:99')).toBe(ORIGIN);
    expect(await resolve('last:0')).toBe(head);
    expect(await resolve(offset(epoch, 2))).toBe(offset(epoch, 2));
    expect(await resolve(`ts:${new Date(appendedAt).toISOString()}`)).toBe(ORIGIN);
    expect(await resolve(`ts:${new Date(appendedAt + 1).toISOString()}`)).toBe(head);
    expect(await resolve(`ts:${new Date(appendedAt + 1).toISOString().replace('Z', '00+00:00')}`)).toBe(head);
    for (const bad of ['', 'now', 'last:', 'last:-1', 'ts:yesterday', '1-', '1-2-3', '#', '#-1', '#01', '2'])
      expect(parsePosition(bad)).withContext(bad).toBeUndefined();
  });

  it('[C5b] resolves a place to the offset of that seq in the newest timeline, in whichever epoch it is', async () => {
    await appendNamed(context.log, 'a', 'b');
    const first = await context.log.state();
    await context.server.restart();
    await appendNamed(context.log, 'c', 'd');
    const { epoch, head } = await context.log.state();
    const places = await Promise.all([0, 1, 2, 3, 4].map((seq) => context.log.resolve(parsePosition(`#${String(seq)}`)!)));
    expect(places).toEqual([ORIGIN, offset(first.epoch, 1), first.head, offset(epoch, 3), head]);
    await expectAsync(context.log.resolve({ kind: 'seq', seq: 5 })).toBeRejectedWithError(CursorRefused);
  });

  it('[C5] resolves last:<n> to a place of the log, at the start of an epoch too', async () => {
    await appendNamed(context.log, 'a', 'b');
    const first = await context.log.state();
    await context.server.restart();
    await appendNamed(context.log, 'c', 'd');
    const { epoch } = await context.log.state();
    const cursors = await Promise.all([1, 2, 3].map((count) => context.log.resolve({ kind: 'last', count })));
    expect(cursors).toEqual([offset(epoch, 3), first.head, offset(first.epoch, 1)]);
  });

  it('[C5] finds the first batch at or after a time among many, over a restart', async () => {
    const times: number[] = [];
    for (let i = 0; i < 12; i++) {
      await appendNamed(context.log, `a${String(i)}`, `b${String(i)}`);
      if (i === 5) await context.server.restart();
    }
    const { batches } = await context.log.readAfter(ORIGIN, { entries: 100 });
    for (const batch of batches) times.push(batch.appendedAt);
    for (const ms of [...times, times[0]! - 1, times.at(-1)! + 1]) {
      const expected = batches.find((batch) => batch.appendedAt >= ms)?.prev ?? batches.at(-1)!.through;
      expect(await context.log.resolve({ kind: 'time', ms }))
        .withContext(String(ms))
        .toBe(expected);
    }
  });

  it('[P3][P4] gives receipts that add up, also at batches that are cut', async () => {
    await appendNamed(context.log, 'a', 'b', 'c');
    await appendNamed(context.log, 'd', 'e');
    const { epoch, head } = await context.log.state();
    const texts = (await context.log.readAfter(ORIGIN)).batches.flatMap((batch) => sliceAfter(batch, batch.prev).facts);
    for (let from = 0; from <= 5; from++) {
      for (let to = from; to <= 5; to++) {
        const at = (seq: number): Offset => (seq === 0 ? ORIGIN : offset(epoch, seq));
        const sum = texts
          .slice(from, to)
          .map(hashText)
          .reduce((a, b) => ({ hi: (a.hi + b.hi) | 0, lo: (a.lo + b.lo) | 0 }), { hi: 0, lo: 0 });
        const { count, digest } = await receipt(context.log, at(from), at(to));
        const hex = [sum.hi, sum.lo].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
        expect([count, digest])
          .withContext(`${String(from)}..${String(to)}`)
          .toEqual([to - from, hex]);
      }
    }
    expect((await receipt(context.log, ORIGIN, head)).digest).toBe((await context.log.state()).digest);
  });
});
