import { ORIGIN, seqOf } from '@graphtail/facts';
import { webSocketEncoder } from '../wire/encoders.ts';
import type { Ending, Sink } from './ports.ts';
import { ReplayBudget } from './replay-budget.ts';
import { ModelClock } from './specs/model-clock.ts';
import { ModelLog } from './specs/model-log.ts';
import { Subscription } from './subscription.ts';

describe('Facts that the log loses', () => {
  let log: ModelLog;
  let ending: Ending | undefined;
  let subscription: Subscription;

  beforeEach(() => {
    log = new ModelLog();
    log.tail();
    ending = undefined;
    const sink: Sink = { buffered: 0, send: () => undefined, hasMoved: () => true, close: (how) => (ending = how) };
    subscription = new Subscription({
      source: log,
      sink,
      encoder: webSocketEncoder,
      clock: new ModelClock(),
      observer: { delivered: () => undefined, demoted: () => undefined, refused: () => undefined, failed: fail },
      budget: new ReplayBudget(),
      cursor: ORIGIN,
      each: true,
      filter: ({ eventType }) => eventType === 'node_deleted', // of the model's facts: 1, 4, 7 …
      preamble: [].values(),
      onClosed: () => undefined,
    });
    for (const count of [3, 2, 1]) {
      log.append(count);
      log.tail();
      subscription.wake();
    }
  });

  it('[S4b] are no loss of a subscriber that was not told of them: it goes on from what it was told', async () => {
    expect([subscription.cursor, subscription.scanned].map(seqOf)).toEqual([4, 6]);
    log.lose(1);
    const rechecked = subscription.recheck();
    await log.answerQuestions('answer');
    await log.answerQuestions('answer');
    await rechecked;

    expect(seqOf(subscription.cursor)).toBe(4);
    expect(ending).toBeUndefined();
  });

  it('[S4b] are no loss of it if its place is judged twice at once: the second verdict is about a place that it has left', async () => {
    log.lose(1);
    const rechecked = Promise.all([subscription.recheck(), subscription.recheck()]);
    await log.answerQuestions('answer');
    await log.answerQuestions('answer');
    await rechecked;

    expect(seqOf(subscription.cursor)).toBe(4);
    expect(ending).toBeUndefined();
  });

  it('[S4b] are no loss of it if a page is refused for a place that it has left', async () => {
    log.loseTail();
    subscription.wake(); // asks for a page
    log.lose(1);
    const rechecked = subscription.recheck();
    await log.answerQuestions('answer');
    await log.answerQuestions('answer');
    await rechecked;

    expect(seqOf(subscription.cursor)).toBe(4);
    expect(ending).toBeUndefined();
  });

  it('[C3] are a loss of a subscriber that was told of them, and it is told so', async () => {
    log.lose(2);
    const rechecked = subscription.recheck();
    await log.answerQuestions('answer'); // about what it had considered
    await log.answerQuestions('answer'); // about what it was told
    await rechecked;

    expect(ending).toEqual({ kind: 'refused', error: jasmine.objectContaining({ code: 'LOG_TRUNCATED' }) });
  });
});
