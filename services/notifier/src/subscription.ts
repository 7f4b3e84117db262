import { epochOf, seqOf, type Offset } from '@graphtail/facts';
import { CursorRefused, LogDamaged, backoffMs, isRedisAway } from '@graphtail/log';
import type { Clock } from './clock.ts';
import type { Encoder } from './encoders.ts';
import type { Filter } from './filter.ts';
import { frameMessage, type Message } from './frames.ts';
import { Outbox } from './outbox.ts';
import type { Pacer } from './pacer.ts';
import { Patience } from './patience.ts';
import type { Observer, Sink, Source } from './ports.ts';
import { badRequest, refuse, refusedCursor, toRefused, Refused } from './refused.ts';
import type { ReplayBudget } from './replay-budget.ts';
import { encodeSelection, endsInside, select } from './selection.ts';
import type { StoredBatch } from './stored-batch.ts';

/** Facts read for a filter before the others have their turn. */
const FACTS_PER_TURN = 4_000;
const HEARTBEAT_MS = 15_000;
const LONGEST_TIMER_MS = 3_600_000;

export type SubscriptionOptions = {
  readonly source: Source;
  readonly sink: Sink;
  readonly encoder: Encoder;
  readonly clock: Clock;
  readonly observer: Observer;
  readonly budget: ReplayBudget;
  /** Judged to hold: everything after it is to be delivered. */
  readonly cursor: Offset;
  /** Whether each fact is a message of its own. */
  readonly each: boolean;
  readonly filter: Filter | undefined;
  /** Deliver up to here, inclusive, then end. */
  readonly to?: Offset | undefined;
  readonly pacer?: Pacer | undefined;
  /** It asked to be given something else where the log does not reach back to its cursor any more: told so, it is to come back for it. */
  readonly comesBackTooOld?: boolean | undefined;
  /** Sent before any fact: `subscribed`, and a snapshot's frames. */
  readonly preamble: Iterator<Message>;
  /** Called once, when nothing more will be sent. */
  readonly onClosed: () => void;
};

/**
 * One subscriber's session: a cursor, not a queue. It is replaying until it has all there is, then live; when its
 * network takes less than the log brings it is demoted to replaying, and goes on from its cursor when it drains.
 */
export class Subscription {
  readonly #source: Source;
  readonly #sink: Sink;
  readonly #outbox: Outbox;
  readonly #encoder: Encoder;
  readonly #clock: Clock;
  readonly #observer: Observer;
  readonly #each: boolean;
  readonly #to: Offset | undefined;
  readonly #pacer: Pacer | undefined;
  readonly #comesBackTooOld: boolean;
  readonly #onClosed: () => void;
  readonly #patience: Patience;
  #filter: Filter | undefined;
  #preamble: Iterator<Message> | undefined;
  #mode: 'replay' | 'live' = 'replay';
  #isPaused = false;
  #isClosed = false;
  /** What the next step waits for; a wait is ended by whoever brings it. */
  #waiting: 'nothing' | 'drain' | 'page' | 'pace' | 'turn' = 'nothing';
  #isPumping = false;
  #mustRecheck = false;
  #takeBackTimer: (() => void) | undefined;
  #factsThisTurn = 0;
  #heartbeatAt: number;

  constructor(options: SubscriptionOptions) {
    this.#source = options.source;
    this.#sink = options.sink;
    this.#outbox = new Outbox(options);
    this.#encoder = options.encoder;
    this.#clock = options.clock;
    this.#observer = options.observer;
    this.#each = options.each;
    this.#filter = options.filter;
    this.#to = options.to;
    this.#pacer = options.pacer;
    this.#comesBackTooOld = options.comesBackTooOld ?? false;
    this.#preamble = options.preamble;
    this.#onClosed = options.onClosed;
    this.#heartbeatAt = options.clock.now();
    this.#patience = new Patience(this.#heartbeatAt);
  }

  /** What the subscriber has been sent through. */
  get cursor(): Offset {
    return this.#outbox.cursor;
  }

  /** How far the log was considered for it; at or after the cursor. */
  get scanned(): Offset {
    return this.#outbox.scanned;
  }

  /** Whether it may acknowledge a cursor; not the one of a state before it has been sent all of it. */
  hasBeenSent(cursor: Offset): boolean {
    return this.#preamble === undefined ? seqOf(cursor) <= seqOf(this.cursor) : seqOf(cursor) < seqOf(this.cursor);
  }

  get mode(): 'replay' | 'live' | 'paused' {
    return this.#isPaused ? 'paused' : this.#mode;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** What was handed over so far. */
  get delivered(): { readonly facts: number; readonly bytes: number; readonly appendedAt: number | undefined } {
    const { deliveredFacts: facts, deliveredBytes: bytes, appendedAt } = this.#outbox;
    return { facts, bytes, appendedAt };
  }

  /** There may be something to send: a batch came, or the subscription begins. */
  wake(): void {
    if (this.#waiting === 'nothing') this.#pump();
  }

  /** The network has taken what was buffered. */
  drained(): void {
    this.#outbox.account();
    if (this.#waiting === 'drain' && this.#outbox.hasDrained) this.#goOn();
  }

  /** A paced replay stands still: it does not make up for the time. */
  pause(): void {
    this.#isPaused = true;
    this.#pacer?.hold(this.#clock.now());
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#pacer?.goOn(this.#clock.now());
    if (this.#mode === 'live' && this.#source.after(this.scanned) !== 'nothing') this.#fallBehind();
    this.wake();
  }

  /** From the cursor that `filter_updated` tells, facts are chosen by this filter; none: all. */
  setFilter(filter: Filter | undefined): void {
    if (this.#isClosed) return;
    this.#outbox.tellProgress();
    this.#filter = filter;
    this.answer(frameMessage({ type: 'filter_updated', cursor: this.cursor }, this.cursor));
    this.wake();
  }

  /** The log may have lost what this subscriber has seen: ask, and tell it. What it was never told of is no loss of its. */
  async recheck(): Promise<void> {
    // A page that is under way may be of the log as it was, and move the cursor to where that is to be asked again.
    this.#mustRecheck = this.#waiting === 'page';
    for (let attempt = 0; !this.#isClosed; attempt++) {
      try {
        const { scanned } = this;
        const verdict = await this.#source.judge(scanned);
        if (verdict.ok) return this.wake();
        if (this.#hasNoWayBackFrom(scanned)) return this.fail(new CursorRefused(verdict.refusal));
      } catch (error) {
        if (!isRedisAway(error)) return this.fail(error);
        await new Promise<void>((resolve) => this.#clock.later(backoffMs(attempt), resolve));
      }
    }
  }

  /** The log refused a place up to which it was considered. False where what was told may still hold: it is there now, as it may have been before. */
  #hasNoWayBackFrom(refused: Offset): boolean {
    return this.scanned === refused && !this.#outbox.goBack();
  }

  /** To be called at least once a second: progress, heartbeat, patience. */
  tick(): void {
    if (this.#isClosed) return;
    const now = this.#clock.now();
    if (this.#patience.isOver(this.#isPaused || this.#sink.hasMoved(), now)) {
      const { frame } = refuse('CONSUMER_TOO_SLOW', 'nothing was taken for 60 s; resume from your cursor', true);
      // A state that is not whole yet has no cursor.
      this.refuse(new Refused(this.#preamble === undefined ? { ...frame, resume_at: this.cursor } : frame));
      return;
    }
    this.drained();
    if (this.#preamble !== undefined || this.#outbox.isFull) return;
    if (!this.#isPaused) this.#outbox.tellProgress();
    if (now - this.#heartbeatAt < HEARTBEAT_MS) return;
    this.#heartbeatAt = now;
    this.#send(frameMessage({ type: 'heartbeat', head: this.#outbox.head, timestamp: new Date(now).toISOString() }));
  }

  /** Answers what the subscriber asked. Who asks on and on and reads nothing is sent away: answers are not counted against the mark. */
  answer(message: Message): void {
    this.#send(message);
    if (this.#outbox.isFlooded) this.refuse(refuse('RATE_LIMITED', 'the answers are not read', true));
  }

  /** Tells the subscriber why, then ends. */
  refuse({ frame }: Refused): void {
    if (this.#isClosed) return;
    // Moved by seek: a browser that came back with its own cursor would go on as if it were not.
    const isMoved = frame.code === 'CONSUMER_REPLACED' && frame.retryable;
    this.#send(frameMessage(frame, isMoved ? '' : undefined));
    this.#close();
    this.#sink.close({ kind: 'refused', error: frame });
  }

  /** This notifier stops: the subscriber comes back to another. */
  restart(): void {
    if (this.#isClosed) return;
    this.#close();
    this.#sink.close({ kind: 'restart' });
  }

  /** The subscriber has left. */
  gone(): void {
    this.#close();
  }

  /** Ends the subscription with the reason. What is neither the log's nor a service's refusal is a bug. */
  fail(error: unknown): void {
    if (error instanceof CursorRefused) this.#observer.refused(error.refusal.code);
    else if (!(error instanceof Refused || error instanceof LogDamaged)) this.#observer.failed(error);
    const { frame } = toRefused(error);
    this.refuse(this.#comesBackTooOld && frame.code === 'CURSOR_TOO_OLD' ? new Refused({ ...frame, retryable: true }) : new Refused(frame));
  }

  #send(message: Message): void {
    if (!this.#isClosed) this.#outbox.send(message);
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#outbox.close();
    this.#preamble = undefined;
    this.#takeBackTimer?.();
    this.#onClosed();
  }

  #goOn(): void {
    this.#waiting = 'nothing';
    this.#pump();
  }

  /** Sends what can be sent now. Never more than the high-water mark and a batch, never for long. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (!this.#isClosed && this.#waiting === 'nothing' && this.#step()) continue;
    } catch (error) {
      this.fail(error);
    } finally {
      this.#isPumping = false;
    }
  }

  /** One message or batch; false where there is nothing to do. */
  #step(): boolean {
    if (this.#preamble !== undefined) return this.#introduce(this.#preamble);
    if (this.#isPaused) return false;
    if (this.#to !== undefined && this.#hasReached(this.#to)) return false;
    const next = this.#source.after(this.scanned);
    if (next === 'nothing') {
      this.#beLive();
      return false;
    }
    if (this.#mustDrain()) return false;
    if (next === 'older') this.#readPage();
    else this.#offer(next);
    return true;
  }

  #introduce(preamble: Iterator<Message>): boolean {
    if (this.#mustDrain()) return false;
    const next = preamble.next();
    if (next.done === true) this.#preamble = undefined;
    else this.#send(next.value);
    return true;
  }

  /** Whether the network is behind; then the subscriber is not live any more. */
  #mustDrain(): boolean {
    if (!this.#outbox.isFull) return false;
    this.#waiting = 'drain';
    if (this.#mode === 'live') {
      this.#observer.demoted();
      this.#fallBehind();
    }
    return true;
  }

  #fallBehind(): void {
    this.#mode = 'replay';
    this.#outbox.tell('fell_behind');
  }

  #beLive(): void {
    if (this.#mode === 'live') return;
    this.#outbox.tellProgress();
    this.#mode = 'live';
    this.#outbox.tell('caught_up');
  }

  /** Sends what is wanted of a batch that continues `scanned`. */
  #offer(stored: StoredBatch): void {
    const { batch } = stored;
    const { cursor, scanned } = this.#outbox;
    const isLive = this.#mode === 'live';
    if (this.#filter === undefined && this.#pacer === undefined && batch.prev === cursor && !endsInside(stored, this.#to)) {
      this.#outbox.consider(batch.through, batch.appendedAt);
      this.#outbox.deliver(stored.packet(this.#encoder, this.#each), batch.count, batch.through, isLive);
      return;
    }
    const wish = { filter: this.#filter, pacer: this.#pacer, to: this.#to };
    const selection = select(stored, scanned, wish, this.#clock.now());
    const { indices, through, dueIn } = selection;
    this.#outbox.consider(through, batch.appendedAt);
    if (indices.length > 0) {
      const encoded = encodeSelection(stored, selection, cursor, this.#encoder, this.#each);
      this.#outbox.deliver(encoded.packet, indices.length, encoded.cursor, isLive);
    }
    if (dueIn !== undefined) this.#waitFor(dueIn);
    else this.#spend(batch.count);
  }

  #waitFor(ms: number): void {
    this.#waiting = 'pace';
    this.#takeBackTimer = this.#clock.later(Math.min(ms, LONGEST_TIMER_MS), () => this.#goOn());
  }

  /** Reading facts takes time that the other subscribers wait: after a turn's worth, let them. */
  #spend(facts: number): void {
    this.#factsThisTurn += facts;
    if (this.#factsThisTurn < FACTS_PER_TURN) return;
    this.#waiting = 'turn';
    this.#clock.soon(() => {
      this.#factsThisTurn = 0;
      this.#goOn();
    });
  }

  /** Whether `to` was reached, and the subscription with it ended. A `to` of a timeline that was lost is refused. */
  #hasReached(to: Offset): boolean {
    if (seqOf(this.scanned) < seqOf(to)) return false;
    if (epochOf(this.scanned) !== epochOf(to)) {
      this.#waiting = 'page';
      void this.#judgeEnd(to);
      return true;
    }
    this.#outbox.tellProgress();
    this.#send(frameMessage({ type: 'end', cursor: this.cursor }, this.cursor));
    this.#close();
    this.#sink.close({ kind: 'reached' });
    return true;
  }

  async #judgeEnd(to: Offset): Promise<void> {
    try {
      const verdict = await this.#source.judge(to);
      this.refuse(verdict.ok ? badRequest('to', 'the log went on another way') : refusedCursor(verdict.refusal));
    } catch (error) {
      this.fail(error);
    }
  }

  #readPage(): void {
    this.#waiting = 'page';
    void this.#takePage(0);
  }

  /** What a page brings is sent while the network takes it; the rest is let go and read again: a stuck peer holds no page. */
  async #takePage(attempt: number): Promise<void> {
    const { scanned } = this;
    try {
      const batches = await this.#source.page(scanned);
      if (this.#isClosed) return;
      this.#waiting = 'nothing';
      this.#factsThisTurn = 0;
      const isOfHere = this.scanned === scanned;
      if (isOfHere) this.#offerAll(batches);
      if (this.#mustRecheck) void this.recheck();
      if (isOfHere && batches.length === 0) this.#beLive();
      else if (this.#waiting === 'nothing') this.#pump();
    } catch (error) {
      if (this.#isClosed) return;
      if (isRedisAway(error)) this.#takeBackTimer = this.#clock.later(backoffMs(attempt), () => void this.#takePage(attempt + 1));
      else if (!(error instanceof CursorRefused) || this.#hasNoWayBackFrom(scanned)) this.fail(error);
      else this.#goOn();
    }
  }

  #offerAll(batches: readonly StoredBatch[]): void {
    for (const stored of batches) {
      if (this.#isClosed || this.#isPaused || this.#waiting !== 'nothing' || this.#mustDrain()) return;
      if (this.#to !== undefined && seqOf(this.scanned) >= seqOf(this.#to)) return;
      this.#offer(stored);
    }
  }
}
