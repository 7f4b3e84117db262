import { seqOf } from '@graphtail/facts';
import { counter, gauge, secondsHistogram, type Registry, type SecondsHistogram } from '@graphtail/runtime';
import type { Encoder } from './wire/encoders.ts';
import type { Session } from './delivery/session.ts';

type Transport = Encoder['transport'];
/** A prom-client counter. */
type Counter = ReturnType<typeof counter>;
type Child = ReturnType<Counter['labels']>;

/** The notifier's metrics. */
export class DeliveryMetrics {
  readonly latency: SecondsHistogram;
  readonly demotions: Counter;
  readonly gaps: Counter;
  readonly truncations: Counter;
  readonly #resumes: Counter;
  readonly #facts: Counter;
  readonly #bytes: Counter;

  constructor(registry: Registry, sessions: () => Iterable<Session>) {
    this.latency = secondsHistogram(
      registry,
      'graphtail_delivery_latency_seconds',
      'From the append of a batch to its bytes being handed to a live subscriber’s socket.',
    );
    this.demotions = counter(
      registry,
      'graphtail_demotions_total',
      'Live subscribers whose network fell behind and who went on from their cursor.',
    );
    this.gaps = counter(
      registry,
      'graphtail_gaps_detected_total',
      'Subscribers for whom facts after their cursor were no longer in the log.',
    );
    this.truncations = counter(
      registry,
      'graphtail_log_truncations_total',
      'Times that a log turned out to have lost facts, or to be another one.',
      ['graph'],
    );
    this.#resumes = counter(registry, 'graphtail_resumes_total', 'Subscriptions that began at a cursor of their own, by answer.', [
      'result',
    ]);
    this.#facts = counter(registry, 'graphtail_facts_delivered_total', 'Facts handed to sockets.', ['transport']);
    this.#bytes = counter(registry, 'graphtail_bytes_delivered_total', 'Bytes of facts handed to sockets, in the form of the wire.', [
      'transport',
    ]);
    gauge(registry, 'graphtail_subscribers', 'Subscribers that are connected.', ['transport', 'mode'], (metric) => {
      metric.reset();
      for (const { transport, subscription } of sessions()) metric.inc({ transport, mode: subscription.mode });
    });
    gauge(
      registry,
      'graphtail_subscriber_lag_facts',
      'Facts that a connected subscriber with a durable cursor has not been sent, by its name.',
      ['consumer'],
      (metric) => {
        metric.reset();
        for (const { consumer, feed, subscription } of sessions()) {
          if (consumer !== undefined) metric.set({ consumer: consumer.name }, Math.max(0, seqOf(feed.head) - seqOf(subscription.cursor)));
        }
      },
    );
  }

  /** The counters of one transport, to be looked up once, because every frame increments them. */
  delivered(transport: Transport): { facts: Child; bytes: Child } {
    return { facts: this.#facts.labels(transport), bytes: this.#bytes.labels(transport) };
  }

  /** Counts a subscriber that came with a cursor. @param result `ok`, or the code of the refusal in lower case */
  resumed(result: string): void {
    this.#resumes.inc({ result });
  }
}
