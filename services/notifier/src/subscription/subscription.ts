import { seqOf, type Offset } from '@graphtail/facts';
import { CursorRefused } from '@graphtail/log';
import { frameMessage, type Message } from '../wire/frames.ts';
import { refuse, toRefused, Refused } from '../wire/refused.ts';
import { INITIAL, type Control, type Effect, type Event, type Parting } from './control.ts';
import type { Filter } from './filter.ts';
import { LogQuestions } from './log-questions.ts';
import { step } from './machine.ts';
import { Outbox, type Delivered, type OutboxOptions } from './outbox.ts';
import { Patience } from './patience.ts';
import { Sending, type SendingOptions } from './sending.ts';

const HEARTBEAT_MS = 15_000;

const WOKEN: Event = { kind: 'woken' };
const DRAINED: Event = { kind: 'drained' };

/** `cursor` is a place that the log has judged to hold. Everything after it is delivered. */
export type SubscriptionOptions = OutboxOptions &
  SendingOptions & {
    /**
     * `on_too_old` is `earliest` or `snapshot`, so CURSOR_TOO_OLD is sent as retryable: the subscriber gets what it asked for when it
     * reconnects.
     */
    readonly comesBackTooOld?: boolean | undefined;
    /** Called once, when nothing more will be sent. */
    readonly onClosed: () => void;
  };

/**
 * One subscriber's session: a cursor, not a queue. It replays until it has everything, then it is live. If its network takes less than
 * the log brings, it is demoted to replaying. When the network has drained, it continues from its cursor. The state machine
 * (`machine.ts`) decides what to do next, and this class carries it out.
 */
export class Subscription {
  readonly #options: SubscriptionOptions;
  readonly #outbox: Outbox;
  readonly #sending: Sending;
  readonly #questions: LogQuestions;
  readonly #patience: Patience;
  #control: Control = INITIAL;
  #cancelWait: () => void = () => undefined;
  #heartbeatAt: number;

  constructor(options: SubscriptionOptions) {
    this.#options = options;
    this.#outbox = new Outbox(options);
    this.#sending = new Sending(options, this.#outbox);
    this.#questions = new LogQuestions({
      ...{ source: options.source, clock: options.clock, outbox: this.#outbox },
      isOver: () => this.isClosed,
      answers: {
        page: (batches) => this.#sending.withPage(batches, () => this.#happen({ kind: 'page_came' })),
        placeChanged: () => this.#happen({ kind: 'page_came' }),
        holds: () => this.wake(),
        endIsAhead: () => this.#happen({ kind: 'end_is_ahead' }),
        failed: (error) => this.fail(error),
      },
    });
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
    return this.#control.mode === 'introduction' ? seqOf(cursor) < seqOf(this.cursor) : seqOf(cursor) <= seqOf(this.cursor);
  }

  get mode(): 'replay' | 'live' | 'paused' {
    const { mode, isPaused } = this.#control;
    if (isPaused) return 'paused';
    return mode === 'live' ? 'live' : 'replay';
  }

  get isClosed(): boolean {
    return this.#control.kind === 'closed';
  }

  get delivered(): Delivered {
    return this.#outbox.delivered;
  }

  /** Call when there may be something to send: a batch came, or the subscription begins. */
  wake(): void {
    this.#happen(WOKEN);
  }

  /** Call when the network has taken buffered bytes. */
  drained(): void {
    this.#outbox.account();
    if (this.#outbox.hasDrained) this.#happen(DRAINED);
  }

  /** Stops delivery. A paced replay stops its clock, so it does not catch up on the pause later. */
  pause(): void {
    this.#options.pacer?.hold(this.#options.clock.now());
    this.#happen({ kind: 'paused' });
  }

  resume(): void {
    this.#options.pacer?.goOn(this.#options.clock.now());
    this.#happen({ kind: 'resumed', isBehind: this.#sending.isBehind });
  }

  /** After the cursor in `filter_updated`, this filter selects the facts; undefined selects all. */
  setFilter(filter: Filter | undefined): void {
    if (this.isClosed) return;
    this.#outbox.tellProgress();
    this.#sending.filter = filter;
    this.answer(frameMessage({ type: 'filter_updated', cursor: this.cursor }, this.cursor));
    this.wake();
  }

  /**
   * The log may have lost what this subscriber has seen: asks the log, and tells the subscriber if so. Losing facts that the subscriber
   * was never told about does not matter to it.
   */
  async recheck(): Promise<void> {
    this.#happen({ kind: 'doubted' });
    await this.#questions.judge();
  }

  /** Must be called at least once a second: sends progress and heartbeats, and refuses a peer that takes nothing. */
  tick(): void {
    if (this.isClosed) return;
    const { mode, isPaused } = this.#control;
    const now = this.#options.clock.now();
    if (this.#patience.isOver(isPaused || this.#options.sink.hasMoved(), now)) {
      const { frame } = refuse('CONSUMER_TOO_SLOW', 'nothing was taken for 60 s; resume from your cursor', true);
      // A snapshot that was sent only in part has no cursor to resume from.
      this.refuse(new Refused(mode === 'introduction' ? frame : { ...frame, resume_at: this.cursor }));
      return;
    }
    this.drained();
    if (mode === 'introduction' || this.#outbox.isFull) return;
    if (!isPaused) this.#outbox.tellProgress();
    if (now - this.#heartbeatAt < HEARTBEAT_MS) return;
    this.#heartbeatAt = now;
    this.#outbox.send(frameMessage({ type: 'heartbeat', head: this.#outbox.head, timestamp: new Date(now).toISOString() }));
  }

  /**
   * Answers a message of the subscriber, even above the high-water mark. So a subscriber that keeps asking and reads nothing
   * is refused.
   */
  answer(message: Message): void {
    if (this.isClosed) return;
    this.#outbox.send(message);
    if (this.#outbox.isFlooded) this.refuse(refuse('RATE_LIMITED', 'the answers are not read', true));
  }

  /** Tells the subscriber why, then ends. */
  refuse({ frame }: Refused): void {
    this.#happen({ kind: 'ended', why: { kind: 'refused', error: frame } });
  }

  /** Ends the subscription because this notifier stops; the subscriber reconnects to another one. */
  restart(): void {
    this.#happen({ kind: 'ended', why: { kind: 'restart' } });
  }

  /** Ends the subscription because the subscriber has left. */
  gone(): void {
    this.#happen({ kind: 'ended', why: { kind: 'left' } });
  }

  /** Ends the subscription with the reason. An error that the subscriber can't be told is reported as a bug. */
  fail(error: unknown): void {
    if (this.isClosed) return;
    const { frame } = toRefused(error);
    if (error instanceof CursorRefused) this.#options.observer.refused(error.refusal.code);
    else if (frame.code === 'INTERNAL') this.#options.observer.failed(error);
    const isRetryable = frame.retryable || (frame.code === 'CURSOR_TOO_OLD' && this.#options.comesBackTooOld === true);
    this.refuse(new Refused({ ...frame, retryable: isRetryable }));
  }

  #happen(event: Event): void {
    const { control, effects } = step(this.#control, event);
    this.#control = control;
    for (const effect of effects) this.#carryOut(effect);
  }

  #carryOut(effect: Effect): void {
    switch (effect.do) {
      case 'send':
        return this.#sendAll();
      case 'read_page':
        return void this.#questions.readPage();
      case 'wait':
        this.#cancelWait = this.#options.clock.later(effect.ms, () => this.#happen({ kind: 'due' }));
        return;
      case 'yield':
        return this.#options.clock.soon(() => this.#happen({ kind: 'turn_came' }));
      case 'judge':
        return void this.#questions.judge();
      case 'judge_end':
        return void this.#questions.judgeEnd(this.#options.to!);
      case 'tell_caught_up':
        this.#outbox.tellProgress();
        return this.#outbox.tell('caught_up');
      case 'tell_fell_behind':
        if (effect.isDemoted) this.#options.observer.demoted();
        return this.#outbox.tell('fell_behind');
      case 'part':
        return this.#part(effect.why);
    }
  }

  #part(why: Parting): void {
    if (why.kind === 'refused') this.#outbox.tellRefused(why.error);
    if (why.kind === 'reached') this.#outbox.tellEnd();
    this.#outbox.close();
    this.#options.preamble.return?.(); // lets go of the snapshot
    this.#cancelWait();
    this.#options.onClosed();
    if (why.kind !== 'left') this.#options.sink.close(why);
  }

  /** Sends what can be sent now: at most the high-water mark and one batch, and never for long. */
  #sendAll(): void {
    try {
      while (this.#control.kind === 'sending') {
        const end = this.#sending.next(this.#control.mode);
        if (end !== undefined && this.#control.kind === 'sending') this.#happen(end);
      }
    } catch (error) {
      this.fail(error);
    }
  }
}
