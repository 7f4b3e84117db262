import { CODES, seqOf } from '@graphtail/facts';
import { counter, gauge, secondsHistogram, type Registry, type SecondsHistogram } from '@graphtail/runtime';
import type { Encoder } from './wire/encoders.ts';
import type { Session } from './delivery/session.ts';

type Transport = Encoder['transport'];
/** A prom-client counter. */
type Counter = ReturnType<typeof counter>;
type Child = ReturnType<Counter['labels']>;

const TRANSPORTS = ['websocket', 'socketio', 'sse'] as const satisfies readonly Transport[];
const MODES = ['live', 'replay', 'paused'] as const satisfies readonly Session['subscription']['mode'][];
const BY_TRANSPORT = TRANSPORTS.map((transport) => ({ transport }));
const RESULTS = ['ok', ...CODES.map((code) => code.toLowerCase())];
/** How many consumers have a series of their own. */
const FURTHEST_BEHIND = 20;

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
    this.#resumes = counter(
      registry,
      'graphtail_resumes_total',
      'Subscriptions that began at a cursor of their own, by answer.',
      ['result'],
      RESULTS.map((result) => ({ result })),
    );
    this.#facts = counter(registry, 'graphtail_facts_delivered_total', 'Facts handed to sockets.', ['transport'], BY_TRANSPORT);
    this.#bytes = counter(
      registry,
      'graphtail_bytes_delivered_total',
      'Bytes of facts handed to sockets, in the form of the wire.',
      ['transport'],
      BY_TRANSPORT,
    );
    gauge(registry, 'graphtail_subscribers', 'Subscribers that are connected.', ['transport', 'mode'], (metric) => {
      for (const transport of TRANSPORTS) for (const mode of MODES) metric.set({ transport, mode }, 0);
      for (const { transport, subscription } of sessions()) metric.inc({ transport, mode: subscription.mode });
    });
    gauge(
      registry,
      'graphtail_subscriber_lag_facts',
      'Facts that a connected subscriber with a durable cursor has not been sent, by its name: the twenty furthest behind.',
      ['graph', 'consumer'],
      (metric) => {
        metric.reset();
        for (const { graph, consumer, lag } of furthestBehind(sessions())) metric.set({ graph, consumer }, lag);
      },
    );
  }

  /** The counters of a log begin at 0, so that its first event counts as an increase. */
  known(graph: string): void {
    this.truncations.inc({ graph }, 0);
  }

  /** A log that was removed leaves no series behind. */
  forgotten(graph: string): void {
    this.truncations.remove({ graph });
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

/** The sessions with a durable cursor that lag most. Each notifier has at most this many series, however many consumers there are. */
function furthestBehind(sessions: Iterable<Session>): { graph: string; consumer: string; lag: number }[] {
  return Array.from(sessions)
    .flatMap(({ consumer, feed, subscription }) =>
      consumer === undefined
        ? []
        : [{ graph: feed.graph, consumer: consumer.name, lag: Math.max(0, seqOf(feed.head) - seqOf(subscription.cursor)) }],
    )
    .sort((a, b) => b.lag - a.lag)
    .slice(0, FURTHEST_BEHIND);
}
