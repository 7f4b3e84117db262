import type { Clock } from './clock.ts';
import type { Encoder } from './encoders.ts';
import { compileFilter } from './filter.ts';
import type { Feeds } from './feeds.ts';
import type { DeliveryMetrics } from './metrics.ts';
import { preamble, type Opening, type Openings } from './opening.ts';
import { Pacer } from './pacer.ts';
import { parseParameters, type SubscriptionRequest } from './parameters.ts';
import type { Observer, Sink } from './ports.ts';
import { badRequest, toRefused } from './refused.ts';
import { Session } from './session.ts';
import { Subscription } from './subscription.ts';
import type { GraphFeed } from './graph-feed.ts';

const TICK_MS = 500;

export type DeliveryOptions = {
  readonly feeds: Feeds;
  readonly openings: Openings;
  readonly metrics: DeliveryMetrics;
  readonly clock: Clock;
  /** A bug in one subscription; the others go on. */
  readonly onBug: (error: unknown) => void;
};

/** All subscribers of this notifier, whichever transport they came by. */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #sessions = new Set<Session>();
  readonly #ticking: NodeJS.Timeout;
  #isClosed = false;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#ticking = setInterval(() => {
      for (const session of this.#sessions) session.subscription.tick();
    }, TICK_MS);
  }

  get sessions(): ReadonlySet<Session> {
    return this.#sessions;
  }

  /**
   * Opens a subscription and begins to deliver.
   * @param given the parameters as the transport got them
   * @throws {Refused} with the frame that the subscriber is to be told
   */
  async subscribe(given: Readonly<Record<string, unknown>>, encoder: Encoder, sink: Sink): Promise<Session> {
    const { feeds, openings, metrics } = this.#options;
    let request: SubscriptionRequest | undefined;
    try {
      request = parseParameters(given);
      if (request.consumer !== undefined)
        throw badRequest('consumer', 'durable cursors are not served yet; keep the cursor and pass it as from');
      const feed = await feeds.resolve(request.graph);
      const { rechecks } = feed;
      const opening = await openings.open(feed, request);
      if (request.from.kind === 'offset') metrics.resumed('ok');
      const session = this.#begin(feed, opening, request, encoder, sink);
      if (feed.rechecks !== rechecks) void session.subscription.recheck();
      return session;
    } catch (error) {
      const refused = toRefused(error);
      if (refused.frame.code === 'INTERNAL') this.#options.onBug(error);
      if (request?.from.kind === 'offset') metrics.resumed(refused.frame.code.toLowerCase());
      throw refused;
    }
  }

  #begin(feed: GraphFeed, opening: Opening, request: SubscriptionRequest, encoder: Encoder, sink: Sink): Session {
    const { clock } = this.#options;
    const subscription = new Subscription({
      source: feed,
      sink,
      encoder,
      clock,
      observer: this.#observer(encoder.transport),
      cursor: opening.cursor,
      each: !request.batch,
      filter: compileFilter(request.filter),
      to: request.to,
      pacer: request.speed === undefined ? undefined : new Pacer(request.speed),
      preamble: preamble(feed.graph, opening),
      onClosed: () => {
        this.#sessions.delete(session);
        feed.delete(subscription);
      },
    });
    const session = new Session(encoder.transport, feed, subscription, request.filter);
    this.#sessions.add(session);
    feed.add(subscription);
    if (this.#isClosed) subscription.restart();
    else subscription.wake();
    return session;
  }

  #observer(transport: Encoder['transport']): Observer {
    const { metrics, onBug } = this.#options;
    const delivered = metrics.delivered(transport);
    return {
      delivered(facts, bytes, latencyMs) {
        delivered.facts.inc(facts);
        delivered.bytes.inc(bytes);
        if (latencyMs !== undefined) metrics.latency.observeMs(Math.max(0, latencyMs));
      },
      demoted: () => metrics.demotions.inc(),
      refused: (code) => {
        if (code === 'CURSOR_TOO_OLD') metrics.gaps.inc();
      },
      failed: onBug,
    };
  }

  /** Sends every subscriber away, to come back to a notifier that stays. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#ticking);
    for (const session of this.#sessions) session.subscription.restart();
  }
}
