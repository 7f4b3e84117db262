import { ORIGIN, epochOf, seqOf, type Offset } from '@graphtail/facts';
import { CursorRefused, type Refusal, type Verdict } from '@graphtail/log';
import { webSocketEncoder } from '../wire/encoders.ts';
import type { Ending, Sink } from '../subscription/ports.ts';
import { ReplayBudget } from '../subscription/replay-budget.ts';
import { Subscription } from '../subscription/subscription.ts';
import { ModelClock, ModelSource } from './subscription-model.ts';

/** A log that has lost what came after a place. */
class LossySource extends ModelSource {
  lostAfter = Infinity;

  override judge(cursor: Offset): Promise<Verdict> {
    const state = {
      epoch: epochOf(cursor),
      head: this.logHead,
      floor: ORIGIN,
      headBatchId: '',
      digest: '',
      appendedAt: 0,
      entries: 0,
      bytes: 0,
    };
    if (seqOf(cursor) <= this.lostAfter) return Promise.resolve({ ok: true, ...state });
    const refusal: Refusal = { code: 'LOG_TRUNCATED', message: '', retryable: false, earliest: ORIGIN, head: this.logHead, floor: ORIGIN };
    return Promise.resolve({ ok: false, refusal, ...state });
  }

  override async page(cursor: Offset) {
    const verdict = await this.judge(cursor);
    if (!verdict.ok) throw new CursorRefused(verdict.refusal);
    return super.page(cursor);
  }
}

describe('facts that a subscriber was not told of, when the log loses them', () => {
  let source: LossySource;
  let ending: Ending | undefined;
  let subscription: Subscription;

  beforeEach(() => {
    source = new LossySource();
    ending = undefined;
    const sink: Sink = { buffered: 0, send: () => undefined, hasMoved: () => true, close: (how) => (ending = how) };
    subscription = new Subscription({
      source,
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
    for (let i = 0; i < 2; i++) {
      source.append(3);
      source.tail();
      subscription.wake();
    }
  });

  it('[S4b] are no loss of its: it goes on from what it was told', async () => {
    const before = [subscription.cursor, subscription.scanned].map(seqOf);
    source.lostAfter = 5;
    await subscription.recheck();

    expect(before).toEqual([4, 6]);
    expect(ending).toBeUndefined();
  });

  it('[S4b] are no loss of its, where it is judged twice at once: the second verdict is not of where the first brought it', async () => {
    source.lostAfter = 5;
    await Promise.all([subscription.recheck(), subscription.recheck()]);

    expect(seqOf(subscription.cursor)).toBe(4);
    expect(ending).toBeUndefined();
  });

  it('[S4b] are no loss of its, where a page is refused for a place that it has left', async () => {
    source.lostAfter = 5;
    const refused = await source.judge(subscription.scanned);
    let answer: (error: Error) => void = () => undefined;
    source.page = () => new Promise((_, reject) => (answer = reject));
    source.after = () => 'older';
    subscription.wake();
    await subscription.recheck();
    if (!refused.ok) answer(new CursorRefused(refused.refusal));
    await Promise.resolve();

    expect(seqOf(subscription.cursor)).toBe(4);
    expect(ending).toBeUndefined();
  });

  it('[C3] what it was told of is, and it is told so', async () => {
    source.lostAfter = 3;
    await subscription.recheck();

    expect(ending).toEqual({ kind: 'refused', error: jasmine.objectContaining({ code: 'LOG_TRUNCATED' }) });
  });
});
