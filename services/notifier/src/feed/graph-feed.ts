import { ORIGIN, epochOf, seqOf, type Offset } from '@graphtail/facts';
import { CursorRefused, follow, pause, type FactLog, type Followed, type Verdict } from '@graphtail/log';
import type { Redis } from 'ioredis';
import type { Source } from './source.ts';
import type { Turnstile } from '../turnstile.ts';
import { PageReader } from './page-reader.ts';
import type { Refused } from '../wire/refused.ts';
import { StoredBatch } from './stored-batch.ts';
import { Window } from './window.ts';

const WINDOW_BYTES = 8 * 1024 * 1024;
const WINDOW_BATCHES = 4_096;

/** A subscription, as far as a feed knows it. */
export type Follower = {
  /** How far the log was considered for it. */
  readonly scanned: Offset;
  /** A batch came. */
  wake(): void;
  /** The log may have lost what it has seen. */
  recheck(): Promise<void>;
  /** There will be no more batches. */
  refuse(why: Refused): void;
};

export type FeedOptions = {
  readonly log: FactLog;
  /** Opens a connection for the tail's blocking reads. */
  readonly connectBlocking: () => Redis;
  /** Limits how many pages are read at a time, for all feeds together. */
  readonly pages: Turnstile;
  /** Redis stopped answering the tail, or answers again. */
  readonly onState: (state: 'up' | 'down', error?: Error) => void;
  /** The log does not hold what the tail has read: it lost facts, or is another one. */
  readonly onTruncated: (refused: CursorRefused) => void;
};

/** One graph's tail and the recent batches that it has read, for all subscribers of the graph. */
export class GraphFeed implements Source {
  readonly log: FactLog;
  readonly #options: FeedOptions;
  readonly #window = new Window(WINDOW_BYTES, WINDOW_BATCHES);
  readonly #pages: PageReader;
  readonly #followers = new Set<Follower>();
  readonly #stop = new AbortController();
  readonly #judgements = new Map<Offset, Promise<Verdict>>();
  readonly #tailing: Promise<void>;
  /** How far the tail has read; undefined before it has begun. */
  #position: Offset | undefined;
  #head: Offset = ORIGIN;
  #epoch = 0;
  #rechecks = 0;
  #failure: Error | undefined;
  #earliest: { readonly floor: Offset; readonly offset: Offset } | undefined;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.log = options.log;
    this.#pages = new PageReader(options.log, options.pages);
    this.#tailing = this.#tail();
  }

  get graph(): string {
    return this.log.graph;
  }

  /** Why the tail does not follow the log at the moment; undefined if it does. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  get head(): Offset {
    return this.#head;
  }

  /**
   * How many times the subscribers' cursors were judged again. A subscription that was still opening was not among them: if this has
   * changed since its cursor was judged, that cursor must be judged again.
   */
  get rechecks(): number {
    return this.#rechecks;
  }

  /** Append time of the newest batch in memory, ms since 1970. */
  get appendedAt(): number | undefined {
    return this.#window.newest?.batch.appendedAt;
  }

  /** Call when the connection that judges cursors is a new one: earlier judgements may have come from an old master. */
  reconnected(): void {
    if (this.#position !== undefined) this.#recheck();
  }

  add(follower: Follower): void {
    this.#followers.add(follower);
  }

  delete(follower: Follower): void {
    this.#followers.delete(follower);
  }

  after(cursor: Offset): ReturnType<Source['after']> {
    const position = this.#position;
    if (position === undefined) return 'unknown';
    if (cursor === position) return 'nothing';
    // A cursor from a judgement or a page may be ahead of the tail for a moment. Or the log has lost facts: then the cursor will be refused,
    // and its subscriber must not be told that it has caught up.
    return this.#window.after(cursor) ?? (seqOf(cursor) > seqOf(position) ? 'ahead' : 'older');
  }

  page(cursor: Offset): Promise<readonly StoredBatch[]> {
    return this.#pages.read(cursor);
  }

  /** Subscribers at the same place, as after an epoch step, share one judgement. */
  judge(cursor: Offset): Promise<Verdict> {
    const underWay = this.#judgements.get(cursor);
    if (underWay !== undefined) return underWay;
    const judging = this.log.judge(cursor).finally(() => this.#judgements.delete(cursor));
    this.#judgements.set(cursor, judging);
    return judging;
  }

  /** The first retained fact's offset, given the log's floor; undefined if nothing is retained. */
  async earliest(floor: Offset): Promise<Offset | undefined> {
    if (this.#earliest?.floor === floor) return this.#earliest.offset;
    const first = await this.log.earliest();
    if (first !== undefined && seqOf(first) === seqOf(floor) + 1) this.#earliest = { floor, offset: first }; // else it was trimmed meanwhile
    return first;
  }

  /** The graph was removed: refuses its subscriptions, which would wait forever, and stops the tail. */
  async end(refused: Refused): Promise<void> {
    for (const follower of this.#followers) follower.refuse(refused);
    await this.close();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#tailing;
  }

  async #tail(): Promise<void> {
    const { signal } = this.#stop;
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        await this.#start();
        if (attempt > 0) this.#state('up');
        attempt = 0;
        await this.#follow();
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof CursorRefused) this.#lose(error);
        else if (attempt === 0) this.#state('down', error as Error);
        await pause(attempt, signal).catch(() => undefined);
      }
    }
  }

  async #follow(): Promise<void> {
    const blocking = this.#options.connectBlocking();
    try {
      const onState = (state: 'up' | 'down', error?: Error): void => this.#state(state, error);
      const options = { signal: this.#stop.signal, blocking, onState };
      for await (const followed of follow(this.log, this.#position!, options)) this.#take(followed);
    } finally {
      blocking.disconnect();
    }
  }

  #state(state: 'up' | 'down', error?: Error): void {
    this.#failure = state === 'up' ? undefined : error;
    this.#options.onState(state, error);
  }

  /** The batches in memory are no longer what the log holds: drops them, so that no subscriber gets them. */
  #lose(refused: CursorRefused): void {
    this.#window.clear();
    this.#pages.forget();
    this.#position = undefined;
    this.#options.onTruncated(refused);
  }

  /** Begins at the head. Earlier batches are read when a subscriber needs them. Subscribers that are here already are judged again. */
  async #start(): Promise<void> {
    const { head, epoch } = await this.log.state();
    this.#window.clear();
    this.#position = this.#head = head;
    this.#epoch = epoch;
    this.#recheck();
    this.#wake();
  }

  #take(followed: Followed): void {
    this.#head = followed.head;
    if (followed.kind === 'idle') {
      if (followed.epoch !== this.#epoch) this.#recheck();
      this.#epoch = followed.epoch;
      return;
    }
    if (followed.kind === 'damaged') {
      // A subscriber that is before the damaged batch reads the batch's page, and is refused there.
      this.#window.clear();
      this.#position = followed.damage.through;
      this.#wake();
      return;
    }
    const stored = new StoredBatch(this.graph, followed.batch);
    if (stored.epoch !== this.#epoch) this.#recheck();
    this.#epoch = epochOf(followed.batch.through);
    this.#window.push(stored);
    this.#position = followed.batch.through;
    this.#wake();
  }

  #wake(): void {
    for (const follower of this.#followers) follower.wake();
  }

  /** An epoch has opened, or another server answers. The tail's own cursor holds, but a cursor at another place may not. */
  #recheck(): void {
    this.#rechecks += 1;
    this.#pages.forget();
    for (const follower of this.#followers) {
      if (follower.scanned !== this.#position) void follower.recheck();
    }
  }
}
