import { randomUUID } from 'node:crypto';
import type { Offset } from '@graphtail/facts';
import { requireRole, TAKE_CONSUMER, targetText, type Access, type Audit, type Guard, type Outcome, type Quota } from '@graphtail/runtime';
import { Acks } from '../consumers/acks.ts';
import type { Clock } from '../subscription/clock.ts';
import type { DurableCursors } from '../consumers/durable-cursors.ts';
import type { Encoder } from '../wire/encoders.ts';
import { compileFilter } from '../subscription/filter.ts';
import type { Feeds } from '../feed/feeds.ts';
import type { DeliveryMetrics } from '../metrics.ts';
import { preamble, type Beginning, type Opening, type Openings } from './opening.ts';
import { Pacer } from '../subscription/pacer.ts';
import { parseParameters, type From, type SubscriptionRequest } from '../wire/parameters.ts';
import type { Observer, Sink } from '../subscription/ports.ts';
import { toRefused } from '../wire/refused.ts';
import { ReplayBudget } from '../subscription/replay-budget.ts';
import { CONSUMER_ROLE, Session } from './session.ts';
import { Subscription } from '../subscription/subscription.ts';
import { Turnstile } from '../turnstile.ts';
import type { GraphFeed } from '../feed/graph-feed.ts';

const TICK_MS = 500;
/** Subscriptions that open at once. Each reads from Redis, some a whole snapshot, so if many come together, they wait in line. */
const OPENINGS_AT_ONCE = 32;
const LATEST: From = { kind: 'latest' };
const EARLIEST: From = { kind: 'earliest' };

export type DeliveryOptions = {
  readonly feeds: Feeds;
  readonly openings: Openings;
  readonly durable: DurableCursors;
  readonly metrics: DeliveryMetrics;
  readonly guard: Guard;
  /** How many subscriptions an address may have. */
  readonly subscriptions: Quota;
  readonly clock: Clock;
  readonly audit: Audit;
  /** A bug in one subscription; the others go on. */
  readonly onBug: (error: unknown) => void;
};

/** What the subscriber may access, and its parameters as the transport received them. */
export type Asked = {
  readonly given: Readonly<Record<string, unknown>>;
  readonly access: Access;
  /** The session's id, if the transport has sent it to the subscriber already. */
  readonly id?: string;
};

type Opened = { readonly opening: Opening; readonly takenAt: string | undefined };
/** A session's id and access, and how to release its place in the quota. `takenAt`: when it took its durable cursor's name, if any. */
type Holder = { readonly id: string; readonly takenAt: string | undefined; readonly access: Access; readonly release: () => void };

/** All subscribers of this notifier, on every transport. */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #sessions = new Set<Session>();
  readonly #budget = new ReplayBudget();
  readonly #turnstile = new Turnstile(OPENINGS_AT_ONCE);
  readonly #ticking: NodeJS.Timeout;
  #isClosed = false;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#ticking = setInterval(() => {
      for (const session of this.#sessions) session.tick(options.clock.now());
      void options.durable.look();
    }, TICK_MS);
  }

  get sessions(): ReadonlySet<Session> {
    return this.#sessions;
  }

  /**
   * Opens a subscription and begins to deliver.
   * @throws {Refused} with the frame that the transport must send to the subscriber
   */
  async subscribe({ given, access, id = randomUUID() }: Asked, encoder: Encoder, sink: Sink): Promise<Session> {
    const { feeds, metrics, durable, subscriptions } = this.#options;
    let from: From | undefined;
    let release: (() => void) | undefined;
    let consumer: string | undefined;
    try {
      release = subscriptions.take(access.address);
      const request = parseParameters(given);
      from = request.from;
      consumer = request.consumer;
      if (request.consumer !== undefined) requireRole(access, CONSUMER_ROLE);
      const feed = await feeds.resolve(request.graph, access);
      const { rechecks } = feed;
      const { opening, takenAt } = await this.#turnstile.pass(() => this.#open(feed, request, id, (begins) => (from = begins)));
      if (from?.kind === 'offset') metrics.resumed('ok');
      const session = this.#begin(feed, opening, request, encoder, sink, { id, takenAt, access, release });
      if (consumer !== undefined) {
        void durable.lookAgain();
        this.#recordTaken(access, targetText(feed.graph, consumer), 'ok');
      }
      if (feed.rechecks !== rechecks) void session.subscription.recheck();
      return session;
    } catch (error) {
      release?.();
      const refused = toRefused(error);
      if (refused.frame.code === 'INTERNAL') this.#options.onBug(error);
      if (from?.kind === 'offset') metrics.resumed(refused.frame.code.toLowerCase());
      const mayNot = refused.frame.code === 'FORBIDDEN' || refused.frame.code === 'UNAUTHORIZED';
      if (consumer !== undefined) this.#recordTaken(access, targetText(undefined, consumer), mayNot ? 'refused' : 'rejected');
      throw refused;
    }
  }

  /** Audits that a subscription took a consumer's name, or tried to. That is a change: another session may lose the name. */
  #recordTaken({ actor, address }: Access, target: string, outcome: Outcome): void {
    this.#options.audit.record({ actor, action: TAKE_CONSUMER, target, outcome, address });
  }

  /**
   * Finds where a subscription begins, then takes its durable cursor's name: a subscription that can't begin takes no name. Tries
   * again if the cursor was moved meanwhile.
   */
  async #open(feed: GraphFeed, request: SubscriptionRequest, id: string, onFrom: (from: From) => void): Promise<Opened> {
    const { openings, durable } = this.#options;
    const { consumer: name } = request;
    for (;;) {
      const stored = name === undefined || request.from !== undefined ? undefined : (await durable.of(feed).get(name))?.cursor;
      const from = request.from ?? whereToBegin(name, stored);
      onFrom(from);
      const beginning: Beginning = { ...request, from };
      const opening = await openings.open(feed, beginning);
      if (name === undefined) return { opening, takenAt: undefined };
      const taken = await durable.take(feed, name, id);
      if (request.from !== undefined || taken.cursor === (stored ?? opening.cursor)) return { opening, takenAt: taken.takenAt };
    }
  }

  #begin(
    feed: GraphFeed,
    opening: Opening,
    request: SubscriptionRequest,
    encoder: Encoder,
    sink: Sink,
    { id, takenAt, access, release }: Holder,
  ): Session {
    const { clock, guard } = this.#options;
    const subscription = new Subscription({
      source: feed,
      sink,
      encoder,
      clock,
      observer: this.#observer(encoder.transport),
      budget: this.#budget,
      cursor: opening.cursor,
      each: !request.batch,
      filter: compileFilter(request.filter),
      to: opening.to,
      pacer: request.speed === undefined ? undefined : new Pacer(request.speed),
      comesBackTooOld: request.onTooOld !== 'error',
      preamble: preamble(feed.graph, opening),
      onClosed: () => {
        this.#sessions.delete(session);
        feed.delete(subscription);
        release();
      },
    });
    const { filter, consumer: name } = request;
    const consumer =
      name === undefined || takenAt === undefined ? undefined : { name, takenAt, acks: this.#acks(feed, subscription, name, id, takenAt) };
    const accessBy = (token: string): Promise<Access> => guard.accessBy(token, access.address);
    const session = new Session({ id, transport: encoder.transport, feed, subscription, filter, consumer, access, accessBy });
    this.#sessions.add(session);
    feed.add(subscription);
    if (this.#isClosed) subscription.restart();
    else subscription.wake();
    return session;
  }

  #acks(feed: GraphFeed, subscription: Subscription, name: string, id: string, takenAt: string): Acks {
    const { clock, durable } = this.#options;
    const tell = async (): Promise<void> => subscription.refuse(await durable.lost(feed, name));
    return new Acks({
      subscription,
      clock,
      async acknowledge(cursor, wasSent) {
        const answer = await durable.acknowledge(feed, name, id, cursor, wasSent);
        if (answer.kind === 'acknowledged' || !(await durable.keeps(feed, name, id, takenAt))) return answer;
        return durable.acknowledge(feed, name, id, cursor, wasSent);
      },
      onReplaced: () => void tell().catch((error: unknown) => subscription.fail(error)),
    });
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

  /** Ends every subscription, so that the subscribers reconnect to a notifier that keeps running. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#ticking);
    for (const session of this.#sessions) session.subscription.restart();
  }
}

function whereToBegin(consumer: string | undefined, stored: Offset | undefined): From {
  if (stored !== undefined) return { kind: 'offset', offset: stored };
  return consumer === undefined ? LATEST : EARLIEST;
}
