import type { Offset } from '@graphtail/facts';
import { Consumers, CursorRefused, HeldSessions, MAX_CONSUMERS, isRedisAway, type Acknowledged, type Taken } from '@graphtail/log';
import type { Redis } from 'ioredis';
import { aboutSession } from './about-session.ts';
import type { GraphFeed } from '../feed/graph-feed.ts';
import { badRequest, refuse, type Refused } from '../wire/refused.ts';
import type { Session } from '../delivery/session.ts';

const TELL_EVERY_MS = 2_000;

/** The durable cursors of this notifier's sessions: which session holds a name, and how a session ends that lost its name. */
export class DurableCursors {
  readonly #redis: Redis;
  readonly #sessions: () => Iterable<Session>;
  readonly #onBug: (error: unknown) => void;
  #looking: Promise<void> | undefined;
  #toldAt = 0;

  constructor(redis: Redis, sessions: () => Iterable<Session>, onBug: (error: unknown) => void) {
    this.#redis = redis;
    this.#sessions = sessions;
    this.#onBug = onBug;
  }

  of(feed: GraphFeed): Consumers {
    return new Consumers(this.#redis, feed.log);
  }

  /** Sessions of other notifiers. */
  elsewhere(feed: GraphFeed): HeldSessions {
    return new HeldSessions(this.#redis, feed.log);
  }

  /** Gives a name to a session. @throws {Refused} if the graph has too many names already. */
  async take(feed: GraphFeed, name: string, session: string): Promise<Taken> {
    const taken = await this.of(feed).take(name, session);
    if (taken === undefined) throw badRequest('consumer', `there are ${String(MAX_CONSUMERS)} of this graph already; delete one`);
    return taken;
  }

  /** This notifier's session with a name, and with that id if an id is given. Without an id, it is the newest one. */
  sessionOf(feed: GraphFeed, name: string, id?: string): Session | undefined {
    const named = Array.from(this.#sessions()).filter((session) => session.feed === feed && session.consumer?.name === name);
    return id === undefined ? named.at(-1) : named.find((session) => session.id === id);
  }

  /**
   * Moves a durable cursor forward.
   * @param session id of the session that acknowledges; undefined: the session that holds the name
   * @param wasSent whether the session had been sent that far when it acknowledged
   * @throws {CursorRefused} @throws {Refused} if the cursor is ahead of what was sent
   */
  async acknowledge(feed: GraphFeed, name: string, session: string | undefined, cursor: Offset, wasSent: boolean): Promise<Acknowledged> {
    if (wasSent) return this.of(feed).ack(name, session, cursor);
    const verdict = await feed.judge(cursor);
    throw verdict.ok ? badRequest('cursor', `${cursor} is ahead of what this session was sent`) : new CursorRefused(verdict.refusal);
  }

  /** If a session is no longer the holder only because Redis lost its latest writes, makes it the holder again and returns true. */
  keeps(feed: GraphFeed, name: string, session: string, takenAt: string): Promise<boolean> {
    return this.of(feed).keep(name, session, takenAt);
  }

  /**
   * Ends the sessions whose name was taken by another session, moved or deleted. Another notifier may have done that. Only one look
   * runs at a time.
   */
  look(): Promise<void> {
    return (this.#looking ??= this.#look().finally(() => (this.#looking = undefined)));
  }

  /** Looks again, beginning now, so that every change made before the call is seen. */
  async lookAgain(): Promise<void> {
    await this.#looking;
    await this.look();
  }

  async #look(): Promise<void> {
    const named = Array.from(this.#sessions()).filter(({ consumer }) => consumer !== undefined);
    const byFeed = Map.groupBy(named, ({ feed }) => feed);
    try {
      await Promise.all(Array.from(byFeed, ([feed, sessions]) => this.#compare(feed, sessions)));
      if (Date.now() - this.#toldAt < TELL_EVERY_MS) return;
      this.#toldAt = Date.now();
      await Promise.all(Array.from(byFeed, ([feed, sessions]) => this.#tell(feed, sessions)));
    } catch (error) {
      if (!isRedisAway(error)) this.#onBug(error); // else the next look is soon enough: without Redis, no session can take a name
    }
  }

  async #tell(feed: GraphFeed, sessions: readonly Session[]): Promise<void> {
    const open = sessions.filter(({ subscription }) => !subscription.isClosed);
    await this.elsewhere(feed).tell(new Map(open.map((session) => [session.consumer!.name, JSON.stringify(aboutSession(session))])));
  }

  async #compare(feed: GraphFeed, sessions: readonly Session[]): Promise<void> {
    const stored = new Map((await this.of(feed).list()).map((consumer) => [consumer.name, consumer]));
    for (const session of sessions) {
      const { id, consumer } = session;
      if (consumer === undefined) continue;
      const { name, takenAt } = consumer;
      const holder = stored.get(name);
      if (holder?.session === id || (await this.keeps(feed, name, id, takenAt))) continue;
      // If the log was lost, the names were lost with it. The session is told that the log was lost.
      if (holder === undefined) await session.subscription.recheck();
      if (!session.subscription.isClosed) session.subscription.refuse(await this.lost(feed, name));
    }
  }

  /** Why a session has lost its name, judged by who holds the name now. */
  async lost(feed: GraphFeed, name: string): Promise<Refused> {
    const consumers = this.of(feed);
    const holder = await consumers.get(name);
    if (holder === undefined && (await consumers.wasDeleted(name))) return refuse('CONSUMER_REPLACED', `the consumer ${name} was deleted`);
    if (holder !== undefined && holder.session !== '') return refuse('CONSUMER_REPLACED', `a newer session took the consumer ${name}`);
    const what = holder === undefined ? 'lost' : 'moved';
    return refuse('CONSUMER_REPLACED', `the consumer ${name} was ${what}; reconnect without a cursor`, true);
  }
}
