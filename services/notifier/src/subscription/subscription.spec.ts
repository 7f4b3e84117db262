import fc from 'fast-check';
import { MODEL_FILTERS, ModelClock, ModelSource, ModelSubscriber } from '../specs/subscription-model.ts';

type Step = (stage: { source: ModelSource; clock: ModelClock; subscriber: ModelSubscriber }) => void | Promise<void>;

const step: fc.Arbitrary<{ name: string; run: Step }> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .integer({ min: 1, max: 7 })
      .map((count) => ({ name: `append ${String(count)}`, run: ({ source }: Parameters<Step>[0]) => source.append(count) })),
  },
  {
    weight: 6,
    arbitrary: fc.integer({ min: 1, max: 4 }).map((count) => ({
      name: `tail ${String(count)}`,
      run: ({ source }: Parameters<Step>[0]) => {
        for (let i = 0; i < count; i++) source.tail();
      },
    })),
  },
  {
    weight: 5,
    arbitrary: fc
      .integer({ min: 1, max: 5 })
      .map((count) => ({ name: `take ${String(count)}`, run: ({ subscriber }: Parameters<Step>[0]) => subscriber.take(count) })),
  },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom('page', 'error')
      .map((how) => ({ name: `answer ${how}`, run: ({ source }: Parameters<Step>[0]) => source.answerPages(how) })),
  },
  {
    weight: 2,
    arbitrary: fc
      .integer({ min: 0, max: MODEL_FILTERS.length - 1 })
      .map((i) => ({ name: `filter ${String(i)}`, run: ({ subscriber }: Parameters<Step>[0]) => subscriber.ask(MODEL_FILTERS[i]) })),
  },
  { weight: 2, arbitrary: fc.constant({ name: 'cut', run: ({ subscriber }: Parameters<Step>[0]) => subscriber.cut() }) },
  { weight: 1, arbitrary: fc.constant({ name: 'pause', run: ({ subscriber }: Parameters<Step>[0]) => subscriber.subscription.pause() }) },
  { weight: 2, arbitrary: fc.constant({ name: 'resume', run: ({ subscriber }: Parameters<Step>[0]) => subscriber.subscription.resume() }) },
  { weight: 1, arbitrary: fc.constant({ name: 'open epoch', run: ({ source }: Parameters<Step>[0]) => source.openEpoch() }) },
  {
    weight: 2,
    arbitrary: fc.constant({
      name: 'a second passes',
      run: ({ clock, subscriber }: Parameters<Step>[0]) => {
        clock.pass(1_000);
        subscriber.subscription.tick();
      },
    }),
  },
);

/** Lets everything come to rest: all is appended, tailed, answered and taken. */
async function settle({ source, clock, subscriber }: Parameters<Step>[0]): Promise<void> {
  subscriber.subscription.resume();
  for (let round = 0; round < 1_000; round++) {
    const moved = source.tail();
    await source.answerPages('page');
    subscriber.take(100);
    clock.pass(2_500);
    subscriber.subscription.tick();
    if (!moved && !source.hasPending && subscriber.buffered === 0 && subscriber.cursor === source.logHead) return;
  }
  throw new Error(`stuck at ${subscriber.cursor} of ${source.logHead}`);
}

describe('a subscription', () => {
  for (const [how, each, speed] of [
    ['in batches', false, undefined],
    ['a message a fact', true, undefined],
    ['paced', false, 1],
    ['paced, a message a fact', true, 1],
  ] as const) {
    it(`[S3][S4] delivers exactly the filtered log, each fact once and in order, whatever happens (${how})`, async () => {
      const seen = new Set<string>();
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }), async (steps) => {
          const source = new ModelSource();
          const clock = new ModelClock();
          const stage = { source, clock, subscriber: new ModelSubscriber(source, clock, each, speed) };
          for (const { run } of steps) await run(stage);
          await settle(stage);
          expect(stage.subscriber.facts).toEqual(stage.subscriber.expected());
          for (const type of stage.subscriber.seen) seen.add(type);
        }),
        { numRuns: 500 },
      );
      const kinds = [each ? 'cdc_event' : 'facts', 'caught_up', 'fell_behind', 'filter_updated', 'heartbeat', 'pong', 'progress'];
      expect([...seen].sort()).toEqual(kinds.sort());
    });
  }
});
