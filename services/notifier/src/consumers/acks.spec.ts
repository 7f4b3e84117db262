import { offset } from '@graphtail/facts';
import { webSocketEncoder } from '../wire/encoders.ts';
import { HIGH_WATER_BYTES, ReplayBudget } from '../subscription/replay-budget.ts';
import { EMPTY_SNAPSHOT, snapshotMessages } from '../wire/snapshot-frames.ts';
import { ModelClock } from '../subscription/specs/model-clock.ts';
import { ModelLog } from '../subscription/specs/model-log.ts';
import { Subscription } from '../subscription/subscription.ts';

describe('what a session may acknowledge', () => {
  it('[S11i] is not a snapshot that it has not been sent to the end', () => {
    const asOf = offset(1, 5);
    const source = new ModelLog();
    source.append(5);
    source.tail();
    const sink = { buffered: 0, send: () => (sink.buffered = HIGH_WATER_BYTES + 1), hasMoved: () => true, close: () => undefined };
    const subscription = new Subscription({
      source,
      sink,
      encoder: webSocketEncoder,
      clock: new ModelClock(),
      observer: { delivered: () => undefined, demoted: () => undefined, refused: () => undefined, failed: fail },
      budget: new ReplayBudget(),
      cursor: asOf,
      each: false,
      filter: undefined,
      preamble: snapshotMessages({ ...EMPTY_SNAPSHOT, asOf }),
      onClosed: () => undefined,
    });
    subscription.wake(); // the network takes a message at a time: here snapshot_begin

    expect([offset(1, 4), asOf, offset(1, 6)].map((cursor) => subscription.hasBeenSent(cursor))).toEqual([true, false, false]);
    for (let messages = 0; messages < 3; messages++) {
      sink.buffered = 0;
      subscription.drained();
    }

    expect([offset(1, 4), asOf, offset(1, 6)].map((cursor) => subscription.hasBeenSent(cursor))).toEqual([true, true, false]);
  });
});
