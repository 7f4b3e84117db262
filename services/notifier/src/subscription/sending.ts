import { epochOf, seqOf, type Offset } from '@graphtail/facts';
import type { Source } from '../feed/source.ts';
import type { StoredBatch } from '../feed/stored-batch.ts';
import type { Encoder } from '../wire/encoders.ts';
import type { Message } from '../wire/frames.ts';
import type { Clock } from './clock.ts';
import type { Event, Mode } from './control.ts';
import type { Filter } from './filter.ts';
import type { Outbox } from './outbox.ts';
import type { Pacer } from './pacer.ts';
import { encodeSelection, endsInside, select } from './selection.ts';

/** Facts read for a filter before other subscribers get their turn. */
const FACTS_PER_TURN = 4_000;

/** A timer can't wait longer than 24 days. After this time the loop looks again. */
const LONGEST_WAIT_MS = 3_600_000;

const FULL: Event = { kind: 'full' };
const AHEAD: Event = { kind: 'ahead' };
const NOTHING_LEFT: Event = { kind: 'nothing_left' };

export type SendingOptions = {
  readonly source: Source;
  readonly encoder: Encoder;
  readonly clock: Clock;
  /** The introduction: `subscribed`, and a snapshot's frames. */
  readonly preamble: Iterator<Message>;
  /** Whether each fact is a message of its own. */
  readonly each: boolean;
  readonly filter: Filter | undefined;
  /** Deliver up to here, inclusive, then end. */
  readonly to?: Offset | undefined;
  readonly pacer?: Pacer | undefined;
};

/** What one subscriber is sent next: its introduction, then the facts that it wants of each batch. */
export class Sending {
  readonly #options: SendingOptions;
  readonly #outbox: Outbox;
  /** Selects the facts; undefined selects all. */
  filter: Filter | undefined;
  /** Older batches, right after `scanned`. */
  #page: Iterator<StoredBatch, undefined> | undefined;
  #isPageEmpty = false;
  #factsThisTurn = 0;

  constructor(options: SendingOptions, outbox: Outbox) {
    this.#options = options;
    this.#outbox = outbox;
    this.filter = options.filter;
  }

  /** Whether there is something that was not sent. */
  get isBehind(): boolean {
    const next = this.#options.source.after(this.#outbox.scanned);
    return next === 'older' || typeof next === 'object';
  }

  /** While `work` runs, these batches come before what is in memory. What it leaves is read again later, so a stuck peer holds no page. */
  withPage(batches: readonly StoredBatch[], work: () => void): void {
    this.#page = batches.values();
    this.#isPageEmpty = batches.length === 0;
    this.#factsThisTurn = 0;
    work();
    this.#page = undefined;
    this.#isPageEmpty = false;
  }

  /** Sends one message or batch. Returns why it can't, or why that was all for now; undefined if the caller should call again. */
  next(mode: Mode): Event | undefined {
    if (mode === 'introduction') return this.#introduce();
    const { source, to } = this.#options;
    const { scanned } = this.#outbox;
    if (to !== undefined && seqOf(scanned) >= seqOf(to)) return { kind: epochOf(scanned) === epochOf(to) ? 'reached' : 'off_timeline' };
    const next = this.#page?.next().value ?? source.after(scanned);
    if (next === 'nothing') return NOTHING_LEFT;
    if (next === 'ahead' || (next === 'unknown' && this.#isPageEmpty)) return AHEAD; // a batch will wake the subscription
    if (this.#outbox.isFull) return FULL;
    return next === 'older' || next === 'unknown' ? { kind: 'older' } : this.#offer(next, mode === 'live');
  }

  #introduce(): Event | undefined {
    if (this.#outbox.isFull) return FULL;
    const next = this.#options.preamble.next();
    if (next.done === true) return { kind: 'introduced' };
    this.#outbox.send(next.value);
    return undefined;
  }

  /** Sends the facts that the subscriber wants of a batch that continues `scanned`. */
  #offer(stored: StoredBatch, isLive: boolean): Event | undefined {
    const { batch } = stored;
    const { pacer, to, encoder, each, clock } = this.#options;
    const { cursor, scanned } = this.#outbox;
    if (this.filter === undefined && pacer === undefined && batch.prev === cursor && !endsInside(stored, to)) {
      this.#outbox.consider(batch.through, batch.appendedAt);
      this.#outbox.deliver(stored.packet(encoder, each), batch.count, batch.through, isLive);
      return undefined;
    }
    const selection = select(stored, scanned, { filter: this.filter, pacer, to }, clock.now());
    const { indices, through, dueIn } = selection;
    this.#outbox.consider(through, batch.appendedAt);
    if (indices.length > 0) {
      const encoded = encodeSelection(stored, selection, cursor, encoder, each);
      this.#outbox.deliver(encoded.packet, indices.length, encoded.cursor, isLive);
    }
    if (dueIn !== undefined) return { kind: 'not_due', ms: Math.min(dueIn, LONGEST_WAIT_MS) };
    return this.#isTurnOver(batch.count) ? { kind: 'turn_over' } : undefined;
  }

  /** Other subscribers wait while facts are read for this one. */
  #isTurnOver(facts: number): boolean {
    this.#factsThisTurn += facts;
    if (this.#factsThisTurn < FACTS_PER_TURN) return false;
    this.#factsThisTurn = 0;
    return true;
  }
}
