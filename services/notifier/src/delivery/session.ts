import { seqOfPlace, type Action, type Offset, type Place } from '@graphtail/facts';
import { requireGraph, requireRole, type Access } from '@graphtail/runtime';
import type { Acks } from '../consumers/acks.ts';
import type { Encoder } from '../wire/encoders.ts';
import { compileFilter } from '../subscription/filter.ts';
import { frameMessage } from '../wire/frames.ts';
import type { GraphFeed } from '../feed/graph-feed.ts';
import { filterOf, parseAction, parseMessage } from '../wire/actions.ts';
import type { FilterSpec } from '../wire/parameters.ts';
import { badRequest, refuse, toRefused } from '../wire/refused.ts';
import type { Subscription } from '../subscription/subscription.ts';

/** The role that using a durable cursor needs: a session that takes its name replaces the session that held it. */
export const CONSUMER_ROLE = 'operate';

/** A session's durable cursor: its name, when the session took the name (by Redis's clock), and the way to move it. */
export type HeldConsumer = { readonly name: string; readonly takenAt: string; readonly acks: Acks };

export type SessionOptions = {
  /** Unique across all notifiers. */
  readonly id: string;
  readonly transport: Encoder['transport'];
  readonly feed: GraphFeed;
  readonly subscription: Subscription;
  readonly filter: FilterSpec;
  readonly consumer: HeldConsumer | undefined;
  readonly access: Access;
  /** Returns what a token allows, if it is used from this subscriber's address. @throws {Problem} 401 `UNAUTHORIZED` */
  readonly accessBy: (token: string) => Promise<Access>;
};

/** A connected subscriber: its subscription, and the messages that it sends. */
export class Session {
  readonly id: string;
  readonly connectedAt = Date.now();
  readonly transport: Encoder['transport'];
  readonly feed: GraphFeed;
  readonly subscription: Subscription;
  readonly consumer: HeldConsumer | undefined;
  readonly #accessBy: SessionOptions['accessBy'];
  #access: Access;
  #filter: FilterSpec;

  constructor({ id, transport, feed, subscription, filter, consumer, access, accessBy }: SessionOptions) {
    this.id = id;
    this.transport = transport;
    this.feed = feed;
    this.subscription = subscription;
    this.#filter = filter;
    this.consumer = consumer;
    this.#access = access;
    this.#accessBy = accessBy;
  }

  get filter(): FilterSpec {
    return this.#filter;
  }

  /** Must be called at least once a second: ends the session when its token expires. */
  tick(now: number): void {
    const { expiresAt } = this.#access;
    if (expiresAt !== undefined && now >= expiresAt) this.subscription.refuse(refuse('UNAUTHORIZED', 'the token has expired'));
    this.subscription.tick();
  }

  /** Handles a text message from the subscriber: `ping`, or an action as JSON. */
  hear(text: string): void {
    if (text === 'ping') this.subscription.answer(frameMessage({ type: 'pong' }));
    else this.#act(() => parseMessage(text));
  }

  /** Handles an action from the subscriber whose JSON is parsed already. */
  act(given: unknown): void {
    this.#act(() => parseAction(given));
  }

  /** An action that fails is never ignored: it ends the subscription with the reason. */
  #act(parse: () => Action): void {
    try {
      this.#do(parse());
    } catch (error) {
      this.subscription.fail(error);
    }
  }

  #do(action: Action): void {
    switch (action.action) {
      case 'filter':
        this.#filter = filterOf(action);
        return this.subscription.setFilter(compileFilter(this.#filter));
      case 'pause':
        return this.subscription.pause();
      case 'resume':
        return this.subscription.resume();
      case 'ack':
        return this.#acknowledge(action.cursor);
      case 'authenticate':
        return void this.#authenticate(action.token);
    }
  }

  #acknowledge(cursor: Offset | Place): void {
    const { consumer, feed, subscription } = this;
    if (consumer === undefined) throw badRequest('action', 'there is nothing to acknowledge: this subscription has no consumer');
    const seq = seqOfPlace(cursor);
    if (seq === undefined) consumer.acks.add(cursor as Offset);
    else
      feed.log.offsetOf(seq).then(
        (at) => consumer.acks.add(at),
        (error: unknown) => subscription.refuse(toRefused(error)),
      );
  }

  /** Replaces the token that the session began with. Never rejects: a token that is not valid ends the subscription. */
  async #authenticate(token: string): Promise<void> {
    const { feed, consumer, subscription } = this;
    try {
      const access = await this.#accessBy(token);
      requireGraph(access, feed.graph);
      if (consumer !== undefined) requireRole(access, CONSUMER_ROLE);
      this.#access = access;
      const expires_at = access.expiresAt === undefined ? null : new Date(access.expiresAt).toISOString();
      subscription.answer(frameMessage({ type: 'authenticated', expires_at }));
    } catch (error) {
      subscription.refuse(toRefused(error));
    }
  }
}
