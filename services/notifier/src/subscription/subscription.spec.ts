import fc from 'fast-check';
import { ModelClock } from './specs/model-clock.ts';
import { MODEL_FILTERS } from './specs/model-facts.ts';
import { ModelLog } from './specs/model-log.ts';
import { ModelSubscriber, type How } from './specs/model-subscriber.ts';

type Stage = { readonly log: ModelLog; readonly clock: ModelClock; readonly subscriber: ModelSubscriber };
type Move = { readonly name: string; readonly make: (stage: Stage) => void | Promise<void> };

const simple = (name: string, make: Move['make']): fc.Arbitrary<Move> => fc.constant({ name, make });
const counted = (name: string, max: number, make: (stage: Stage, count: number) => void): fc.Arbitrary<Move> =>
  fc.integer({ min: 1, max }).map((count) => ({ name: `${name} ${String(count)}`, make: (stage) => make(stage, count) }));

function pass({ clock, subscriber }: Stage, seconds: number): void {
  for (let i = 0; i < seconds; i++) {
    clock.pass(1_000);
    subscriber.subscription.tick();
  }
}

/** What may happen to a subscription, at any moment. */
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 12, arbitrary: counted('append', 7, ({ log }, count) => log.append(count)) },
  {
    weight: 12,
    arbitrary: counted('tail', 4, ({ log }, count) => {
      for (let i = 0; i < count; i++) log.tail();
    }),
  },
  { weight: 10, arbitrary: counted('take', 5, ({ subscriber }, count) => subscriber.take(count)) },
  { weight: 4, arbitrary: simple('the log reads questions', ({ log }) => log.readQuestions()) },
  { weight: 6, arbitrary: simple('the log answers', ({ log }) => log.answerQuestions('answer')) },
  { weight: 1, arbitrary: simple('the tail loses its place', ({ log }) => log.loseTail()) },
  { weight: 2, arbitrary: simple('Redis goes away', ({ log }) => log.answerQuestions('error')) },
  { weight: 4, arbitrary: counted('filter', MODEL_FILTERS.length, ({ subscriber }, count) => subscriber.ask(MODEL_FILTERS[count - 1])) },
  { weight: 2, arbitrary: simple('pause', ({ subscriber }) => subscriber.subscription.pause()) },
  { weight: 4, arbitrary: simple('resume', ({ subscriber }) => subscriber.subscription.resume()) },
  { weight: 3, arbitrary: simple('cut', ({ subscriber }) => subscriber.cut()) },
  { weight: 2, arbitrary: counted('cut, then up to fact', 40, ({ subscriber, log }, seq) => subscriber.cut(log.facts[seq - 1])) },
  { weight: 2, arbitrary: simple('acknowledge', ({ subscriber }) => subscriber.acknowledge()) },
  { weight: 1, arbitrary: simple('crash', ({ subscriber }) => subscriber.crash()) },
  { weight: 1, arbitrary: simple('refuse', ({ subscriber }) => subscriber.refuseWith('UNAUTHORIZED')) },
  { weight: 1, arbitrary: simple('restart', ({ subscriber }) => subscriber.subscription.restart()) },
  { weight: 2, arbitrary: simple('open an epoch', ({ log }) => log.openEpoch()) },
  { weight: 2, arbitrary: counted('lose', 3, ({ log }, count) => log.lose(count)) },
  { weight: 1, arbitrary: counted('trim', 5, ({ log }, count) => log.trim(count)) },
  { weight: 4, arbitrary: simple('a second passes', (stage) => pass(stage, 1)) },
  { weight: 1, arbitrary: simple('a minute passes', (stage) => pass(stage, 60)) },
);

/** Lets everything come to rest: all is tailed, answered and taken. */
async function settle({ log, clock, subscriber }: Stage): Promise<void> {
  for (let round = 0; round < 1_000; round++) {
    subscriber.subscription.resume();
    const moved = log.tail();
    await log.answerQuestions('answer');
    subscriber.take(100);
    clock.pass(2_500);
    subscriber.subscription.tick();
    if (!moved && !log.hasQuestions && subscriber.isAtRest) return;
  }
  throw new Error(`stuck at ${subscriber.record.cursor} of ${log.logHead}`);
}

const HOWS: Readonly<Record<string, How>> = {
  'in batches': { each: false, speed: undefined, fromSnapshot: false },
  'a message a fact': { each: true, speed: undefined, fromSnapshot: false },
  paced: { each: false, speed: 1, fromSnapshot: false },
  'paced, a message a fact': { each: true, speed: 1, fromSnapshot: false },
  'from a snapshot': { each: false, speed: undefined, fromSnapshot: true },
};

describe('A subscription', () => {
  for (const [name, how] of Object.entries(HOWS)) {
    it(`[S3][S4] delivers each fact that passes the filter once and in order, or a code that says why not (${name})`, async () => {
      const seen = new Set<string>();
      await fc.assert(
        fc.asyncProperty(fc.array(move, { minLength: 1, maxLength: 80, size: 'max' }), async (moves) => {
          const [log, clock] = [new ModelLog(), new ModelClock()];
          const stage = { log, clock, subscriber: new ModelSubscriber(log, clock, how) };
          for (const { make } of moves) await make(stage);
          await settle(stage);
          expect(stage.subscriber.record.facts).toEqual(stage.subscriber.record.expected(log));
          for (const type of stage.subscriber.seen) seen.add(type);
        }),
        { numRuns: 1_000 },
      );
      const frames = [
        how.each ? 'cdc_event' : 'facts',
        'caught_up',
        'fell_behind',
        'filter_updated',
        'heartbeat',
        'progress',
        'end',
        'error',
      ];
      const codes = ['CONSUMER_TOO_SLOW', 'CURSOR_TOO_OLD', 'LOG_TRUNCATED', 'UNAUTHORIZED'];
      const introduction = how.fromSnapshot ? ['snapshot_begin', 'snapshot_end', 'pong'] : ['pong'];
      expect([...seen].sort()).toEqual([...frames, ...codes, ...introduction].sort());
    });
  }
});
