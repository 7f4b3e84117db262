import type { Offset } from '@graphtail/facts';
import { Subscription } from '../packages/client/src/subscription.ts';
import { FakePlatform } from '../packages/client/testing/fake-platform.ts';
import { factsNamed } from '../tests/support/log.ts';
import { alternately, measurement, type Measurement } from './measurement.ts';

const FRAMES = 1_000;
const FACTS = 100;
const ROUNDS = 5;

/**
 * The time that the SDK takes for a frame (parse, check its place, cut out the raw facts, sum the receipt), relative to parsing its JSON
 * alone.
 */
export async function measureClient(): Promise<Measurement[]> {
  const texts = Array.from({ length: FRAMES }, (_, index) => frame(index * FACTS));
  const parseOnly = async (): Promise<number> => perSecond(() => texts.forEach((text) => JSON.parse(text) as unknown));
  const subscribed = JSON.stringify({
    type: 'subscribed',
    protocol: 1,
    graph: 'g',
    cursor: '0-0',
    earliest: '1-1',
    head: '1-9',
    mode: 'live',
  });
  const receive = async (): Promise<number> => {
    const platform = new FakePlatform();
    const subscription = new Subscription({ url: 'http://nowhere', from: 'earliest' }, platform);
    const { listener } = platform.current;
    listener.text(subscribed);
    const speed = perSecond(() => texts.forEach((text) => listener.text(text)));
    if (subscription.receipt?.count !== FRAMES * FACTS) throw new Error('facts were lost');
    await subscription.close();
    return speed;
  };
  const [ours, baseline] = await alternately(ROUNDS, receive, parseOnly);
  return [measurement('client: receive and prove', ours, 'facts/s', 'JSON.parse alone', baseline)];
}

function perSecond(work: () => void): number {
  const started = performance.now();
  work();
  return (FRAMES * FACTS * 1000) / (performance.now() - started);
}

function place(seq: number): Offset {
  return (seq === 0 ? '0-0' : `1-${String(seq)}`) as Offset;
}

function frame(after: number): string {
  const time = '2026-01-31T12:00:00.123Z';
  const facts = factsNamed(...Array.from({ length: FACTS }, (_, index) => `f${String(after + index)}`)).map(
    ({ event_type, ...rest }, index) => JSON.stringify({ offset: place(after + index + 1), event_type, timestamp: time, ...rest }),
  );
  const ends = `"prev":"${place(after)}","through":"${place(after + FACTS)}"`;
  return `{"type":"facts","graph":"g",${ends},"appended_at":"${time}","facts":[\n${facts.join(',\n')}\n]}`;
}
