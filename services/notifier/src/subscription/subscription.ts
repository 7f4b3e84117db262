import { epochOf, seqOf, type Offset } from '@graphtail/facts';
import { CursorRefused, LogDamaged, backoffMs, isRedisAway } from '@graphtail/log';
import type { Clock } from './clock.ts';
import type { Encoder } from '../wire/encoders.ts';
import type { Filter } from './filter.ts';
import { frameMessage, type Message } from '../wire/frames.ts';
import { Outbox } from './outbox.ts';
import type { Pacer } from './pacer.ts';
import { Patience } from './patience.ts';
import type { Source } from '../feed/source.ts';
import type { Observer, Sink } from './ports.ts';
import { badRequest, refuse, refusedCursor, toRefused, Refused } from '../wire/refused.ts';
import type { ReplayBudget } from './replay-budget.ts';
import { encodeSelection, endsInside, select } from './selection.ts';
import type { StoredBatch } from '../feed/stored-batch.ts';

/** Facts read for a filter before other subscribers get their turn. */
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
  /** A cursor that the log has judged to hold. Everything after it is delivered. */
  readonly cursor: Offset;
  /** Whether each fact is a message of its own. */
  readonly each: boolean;
  readonly filter: Filter | undefined;
  /** Deliver up to here, inclusive, then end. */
  readonly to?: Offset | undefined;
  readonly pacer?: Pacer | undefined;
  /**
   * `on_too_old` is `earliest` or `snapshot`, so CURSOR_TOO_OLD is sent as retryable: the subscriber gets what it asked for when it
   * reconnects.
   */
  readonly comesBackTooOld?: boolean | undefined;
  /** Sent before any fact: `subscribed`, and a snapshot's frames. */
  readonly preamble: Iterator<Message>;
  /** Called once, when nothing more will be sent. */
  readonly onClosed: () => void;
};

/**
 * One subscriber's session: a cursor, not a queue. It replays until it has everything, then it is live. If its network takes less than
 * the log brings, it is demoted to replaying. When the network has drained, it continues from its cursor.
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
  /** What the next step waits for. Whatever brings it ends the wait. */
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

  /** The offset through which the subscriber has been sent everything. */
  get cursor(): Offset {
    return this.#outbox.cursor;
  }

  /** How far the log was considered for the subscriber; at or after the cursor. */
  get scanned(): Offset {
    return this.#outbox.scanned;
  }

  /** Whether the subscriber may acknowledge a cursor. A snapshot's cursor counts only after the whole snapshot was sent. */
  hasBeenSent(cursor: Offset): boolean {
    return this.#preamble === undefined ? seqOf(cursor) <= seqOf(this.cursor) : seqOf(cursor) < seqOf(this.cursor);
  }

  get mode(): 'replay' | 'live' | 'paused' {
    return this.#isPaused ? 'paused' : this.#mode;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Totals handed to the sink so far, and the append time of the last batch considered, ms since 1970. */
  get delivered(): { readonly facts: number; readonly bytes: number; readonly appendedAt: number | undefined } {
    const { deliveredFacts: facts, deliveredBytes: bytes, appendedAt } = this.#outbox;
    return { facts, bytes, appendedAt };
  }

  /** Call when there may be something to send: a batch came, or the subscription begins. */
  wake(): void {
    if (this.#waiting === 'nothing') this.#pump();
  }

  /** Call when the network has taken buffered bytes. */
  drained(): void {
    this.#outbox.account();
    if (this.#waiting === 'drain' && this.#outbox.hasDrained) this.#goOn();
  }

  /** Stops delivery. A paced replay stops its clock, so it does not catch up on the pause later. */
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

  /** After the cursor in `filter_updated`, this filter selects the facts; undefined selects all. */
  setFilter(filter: Filter | undefined): void {
    if (this.#isClosed) return;
    this.#outbox.tellProgress();
    this.#filter = filter;
    this.answer(frameMessage({ type: 'filter_updated', cursor: this.cursor }, this.cursor));
    this.wake();
  }

  /**
   * The log may have lost what this subscriber has seen: asks the log, and tells the subscriber if so. Losing facts that the subscriber
   * was never told about does not matter to it.
   */
  async recheck(): Promise<void> {
    // A page that is under way may be of the log as it was. The cursor after it must be judged again.
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

  /**
   * Whether the log's refusal of a place leaves no earlier place to try. False if `scanned` has left that place, or now goes back to
   * the cursor: what the subscriber was told may still hold.
   */
  #hasNoWayBackFrom(refused: Offset): boolean {
    return this.scanned === refused && !this.#outbox.goBack();
  }

  /** Must be called at least once a second: sends progress and heartbeats, and refuses a peer that takes nothing. */
  tick(): void {
    if (this.#isClosed) return;
    const now = this.#clock.now();
    if (this.#patience.isOver(this.#isPaused || this.#sink.hasMoved(), now)) {
      const { frame } = refuse('CONSUMER_TOO_SLOW', 'nothing was taken for 60 s; resume from your cursor', true);
      // A snapshot that was sent only in part has no cursor to resume from.
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

  /**
   * Answers a message of the subscriber, even above the high-water mark. So a subscriber that keeps asking and reads nothing
   * is refused.
   */
  answer(message: Message): void {
    this.#send(message);
    if (this.#outbox.isFlooded) this.refuse(refuse('RATE_LIMITED', 'the answers are not read', true));
  }

  /** Tells the subscriber why, then ends. */
  refuse({ frame }: Refused): void {
    if (this.#isClosed) return;
    // The consumer was moved by seek. A browser that reconnected with its own cursor would ignore that, so the cursor is cleared.
    const isMoved = frame.code === 'CONSUMER_REPLACED' && frame.retryable;
    this.#send(frameMessage(frame, isMoved ? '' : undefined));
    this.#close();
    this.#sink.close({ kind: 'refused', error: frame });
  }

  /** Ends the subscription because this notifier stops; the subscriber reconnects to another one. */
  restart(): void {
    if (this.#isClosed) return;
    this.#close();
    this.#sink.close({ kind: 'restart' });
  }

  /** Ends the subscription because the subscriber has left. */
  gone(): void {
    this.#close();
  }

  /** Ends the subscription with the reason. An error that is neither a refusal nor a damaged log is reported as a bug. */
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

  /** Sends what can be sent now: at most the high-water mark and one batch, and never for long. */
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

  /** Sends one message or batch, or begins to read a page. Returns false if there is nothing to do now. */
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

  /** Whether the network is behind. If so, a live subscriber is demoted to replaying. */
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

  /** Sends the facts that the subscriber wants of a batch that continues `scanned`. */
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

  /** Other subscribers wait while facts are read. After one turn's worth, they get their turn. */
  #spend(facts: number): void {
    this.#factsThisTurn += facts;
    if (this.#factsThisTurn < FACTS_PER_TURN) return;
    this.#waiting = 'turn';
    this.#clock.soon(() => {
      this.#factsThisTurn = 0;
      this.#goOn();
    });
  }

  /** Whether `to` was reached; if so, ends the subscription. A `to` on a timeline that was lost is refused. */
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

  /** Sends a page's batches while the network takes them. The rest is dropped and read again later, so a stuck peer holds no page. */
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
