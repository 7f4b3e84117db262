import fc from 'fast-check';
import { FakePlatform } from '../testing/fake-platform.ts';
import { errorFrame, factsFrame, place, seqOfPlace, snapshotFrames, subscribedFrame } from '../testing/log.ts';
import { Scene, batches, happening, range } from '../testing/scene.ts';
import type { FactsEvent } from './events.ts';
import type { ConnectOptions, Filter } from './options.ts';
import { Subscription } from './subscription.ts';

/** One iteration: what the wire does, and after how many facts the application breaks off. */
const leg = fc.record({
  happenings: fc.array(happening, { maxLength: 20 }),
  facts: fc.integer({ min: 1, max: 12 }),
  /** Begins again with another subscription, from the cursor; else with another iteration of the same. */
  anew: fc.boolean(),
  /** The iteration waits before anything arrives. */
  early: fc.boolean(),
});
type Leg = typeof leg extends fc.Arbitrary<infer Value> ? Value : never;

describe('the cursor that an application resumes from', () => {
  let platform: FakePlatform;

  function open(options: Partial<ConnectOptions> = {}): Subscription {
    platform = new FakePlatform();
    return new Subscription({ url: 'http://server', transport: 'websocket', from: 'earliest', ...options }, platform);
  }
  function say(...frames: string[]): void {
    for (const frame of frames) platform.current.listener.text(frame);
  }

  it('[C6] loses nothing, wherever an iteration breaks off, and what repeats is at most the batch under way', async () => {
    await fc.assert(
      fc.asyncProperty(batches, fc.array(leg, { maxLength: 6 }), async (ends, legs) => {
        const head = ends.at(-1) ?? 0;
        let scene = new Scene(ends, 0, { from: 'earliest' });
        let handled = 0;
        let underWay: FactsEvent | undefined;
        /** Takes at most so many facts. */
        const take = async (iteration: AsyncIterable<FactsEvent>, limit: number): Promise<void> => {
          let left = limit;
          underWay = undefined;
          for await (const event of iteration) {
            for (const [index, { offset }] of event.facts.entries()) {
              const seq = seqOfPlace(offset);
              if (left === limit && index === 0) expect(seq).toBeLessThanOrEqual(handled + 1);
              else expect(seq).toBe(handled + 1);
              handled = seq;
              left -= 1;
              if (left > 0) continue;
              underWay = event;
              return;
            }
            expect(scene.subscription.cursor).toBe(event.prev);
          }
        };
        const begin = ({ early, happenings }: Leg): AsyncIterable<FactsEvent> => {
          const { subscription } = scene;
          const iteration = early ? subscription[Symbol.asyncIterator]() : subscription;
          for (const what of happenings) scene.happen(what);
          scene.calm();
          return iteration;
        };
        for (const each of legs) {
          await take(begin(each), Math.min(each.facts, head - seqOfPlace(scene.subscription.cursor ?? '0-0')));
          expect(scene.subscription.cursor).toBe(underWay?.prev);
          if (!each.anew) continue;
          void scene.subscription.close();
          scene = new Scene(ends, 0, { from: scene.subscription.cursor });
        }
        scene.calm();
        void scene.subscription.close();
        await take(scene.subscription, Infinity);
        expect(handled).toBe(head);
        expect(scene.subscription.cursor).toBe(place(head));
      }),
      { numRuns: 300 },
    );
  });

  it('[C6b] is before the batch that an iteration has in hand, and after it once the next is asked for', async () => {
    const subscription = open();
    say(subscribedFrame(0, 9), factsFrame(0, 2), factsFrame(2, 5), factsFrame(5, 9));
    const iteration = subscription[Symbol.asyncIterator]();
    const cursors: unknown[] = [];
    for (let i = 0; i < 2; i++) {
      await iteration.next();
      cursors.push(subscription.cursor);
    }
    await iteration.return?.();
    cursors.push(subscription.cursor);
    expect(cursors).toEqual([place(0), place(2), place(2)]);
    expect(subscription.received).toBe(place(9));
  });

  it('[C6a] is before what a listener is being told, after it once all listeners returned', () => {
    const subscription = open();
    const during: unknown[] = [];
    subscription.on(({ type }) => {
      if (type === 'facts') during.push(subscription.cursor, subscription.received);
    });
    say(subscribedFrame(0, 9), factsFrame(0, 2));
    expect(during).toEqual([place(0), place(2)]);
    expect(subscription.cursor).toBe(place(2));
  });

  it('[C6a] stays before what a listener failed at', async () => {
    const subscription = open();
    subscription.on((event) => {
      if (event.type === 'facts' && event.through === '1-5') throw new Error('the listener');
    });
    await jasmine.spyOnGlobalErrorsAsync(async (reported) => {
      say(subscribedFrame(0, 9), factsFrame(0, 2), factsFrame(2, 5), factsFrame(5, 9));
      await Promise.resolve();
      expect(reported).toHaveBeenCalledOnceWith(new Error('the listener'));
    });
    expect([subscription.cursor, subscription.received]).toEqual([place(2), place(9)]);
  });

  it('hands each batch to one of several calls of next that wait at once', async () => {
    const subscription = open();
    const iteration = subscription[Symbol.asyncIterator]();
    const results = [iteration.next(), iteration.next()];
    say(subscribedFrame(0, 9), factsFrame(0, 2), factsFrame(2, 5));
    const values = (await Promise.all(results)).map(({ value }) => (value as FactsEvent).through);
    expect(values).toEqual([place(2), place(5)]);
  });

  it('[C6] is that of whichever is furthest behind, listener or iteration', async () => {
    const subscription = open();
    subscription.on(() => undefined);
    const [fast, slow] = [subscription[Symbol.asyncIterator](), subscription[Symbol.asyncIterator]()];
    say(subscribedFrame(0, 9), factsFrame(0, 2), factsFrame(2, 5));
    for (let i = 0; i < 2; i++) await fast.next();
    await slow.next();
    expect(subscription.cursor).toBe(place(0));
    await slow.next();
    expect(subscription.cursor).toBe(place(2));
  });

  it('[C6] moves over what the filter left out once the facts before it are finished', async () => {
    const subscription = open({ types: ['graph_reset'] } satisfies Filter);
    const iteration = subscription[Symbol.asyncIterator]();
    const progress = JSON.stringify({ type: 'progress', prev: place(2), through: place(7), head: place(9) });
    say(subscribedFrame(0, 9), factsFrame(0, 2), progress);
    await iteration.next();
    const inHand = subscription.cursor;
    const next = iteration.next();
    expect([inHand, subscription.cursor]).toEqual([place(0), place(7)]);
    await iteration.return?.();
    expect((await next).done).toBeTrue();
  });

  it('[C6] does not move while facts wait for a first iteration, which gets them', async () => {
    const subscription = open();
    say(subscribedFrame(0, 9), factsFrame(0, 2));
    expect(subscription.cursor).toBe(place(0));
    const { value } = await subscription[Symbol.asyncIterator]().next();
    expect((value as FactsEvent).through).toBe(place(2));
  });

  it('[C6] stays where it was while the server is asked where to begin anew: undefined would be the head', () => {
    const subscription = open({ onRefused: 'resnapshot' });
    subscription.on(() => undefined);
    say(subscribedFrame(0, 9), factsFrame(0, 2), errorFrame('STREAM_REPLACED', false));
    expect([subscription.cursor, subscription.received]).toEqual([place(2), undefined]);
    platform.advance(1_000);
    say(subscribedFrame(0, 9), ...snapshotFrames(1));
    expect(subscription.cursor).toBe(place(1));
  });

  it('[S13a][C6] is no cursor that a state may still follow', () => {
    const subscription = open({ onTooOld: 'snapshot' });
    subscription.on(() => undefined);
    say(subscribedFrame(0, 9));
    expect(subscription.cursor).toBeUndefined();
    say(factsFrame(0, 2));
    expect(subscription.cursor).toBe(place(2));
  });

  it('[C6] is what is acknowledged where nothing else is said', async () => {
    const subscription = open({ consumer: 'c' });
    subscription.ack();
    say(subscribedFrame(0, 9), factsFrame(0, 2), factsFrame(2, 5));
    for await (const { through } of subscription) {
      if (through === place(2)) continue;
      subscription.ack();
      break;
    }
    expect(platform.current.said).toEqual([{ action: 'ack', cursor: place(2) }]);
  });

  it('an iteration that broke off makes the server pause, and the next one makes it go on', async () => {
    const subscription = open();
    say(subscribedFrame(0, 200), factsFrame(0, 1));
    for await (const event of subscription) if (event.through === place(1)) break;
    for (let seq = 1; seq < 100; seq++) say(factsFrame(seq, seq + 1));
    const whileLeft = [...platform.current.said];
    const seqs: number[] = [];
    for await (const { facts } of subscription) {
      seqs.push(...facts.map(({ offset }) => seqOfPlace(offset)));
      if (seqs.length === 100) break;
    }
    expect(whileLeft).toEqual([{ action: 'pause' }]);
    expect(seqs).toEqual(range(0, 100));
    expect(platform.current.said).toEqual([{ action: 'pause' }, { action: 'resume' }]);
  });
});
