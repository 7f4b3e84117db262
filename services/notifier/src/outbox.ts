import { compareOffsets, type Offset } from '@graphtail/facts';
import { signOfLife } from '@graphtail/runtime';
import type { Clock } from './clock.ts';
import type { Encoder, Packet } from './encoders.ts';
import { frameMessage, type Message } from './frames.ts';
import type { Observer, Sink, Source } from './ports.ts';
import { HIGH_WATER_BYTES, LOW_WATER_BYTES, type ReplayBudget } from './replay-budget.ts';

export type OutboxOptions = {
  readonly source: Source;
  readonly sink: Sink;
  readonly encoder: Encoder;
  readonly clock: Clock;
  readonly observer: Observer;
  readonly budget: ReplayBudget;
  readonly cursor: Offset;
};

/**
 * What a subscriber is told, and where that leaves it. Two cursors: `scanned` is how far the log was considered for
 * it, `cursor` what it was told. A filter that lets nothing through moves the first; a `progress` frame lets the second
 * catch up. Whatever is sent says `prev` = the cursor before it, so that a subscriber sees by itself that nothing is missing.
 */
export class Outbox {
  readonly #source: Source;
  readonly #sink: Sink;
  readonly #encoder: Encoder;
  readonly #clock: Clock;
  readonly #observer: Observer;
  readonly #budget: ReplayBudget;
  #cursor: Offset;
  #scanned: Offset;
  #appendedAt: number | undefined;
  #deliveredFacts = 0;
  #deliveredBytes = 0;
  /** Bytes that wait, as the budget knows it. */
  #charged = 0;

  constructor({ source, sink, encoder, clock, observer, budget, cursor }: OutboxOptions) {
    this.#source = source;
    this.#sink = sink;
    this.#encoder = encoder;
    this.#clock = clock;
    this.#observer = observer;
    this.#budget = budget;
    this.#cursor = cursor;
    this.#scanned = cursor;
  }

  get cursor(): Offset {
    return this.#cursor;
  }

  get scanned(): Offset {
    return this.#scanned;
  }

  /** When the last batch that was considered was appended, ms since 1970. */
  get appendedAt(): number | undefined {
    return this.#appendedAt;
  }

  get deliveredFacts(): number {
    return this.#deliveredFacts;
  }

  get deliveredBytes(): number {
    return this.#deliveredBytes;
  }

  /** Whether so much waits for the network that nothing more is to be sent. */
  get isFull(): boolean {
    return this.#sink.buffered > this.#budget.highWater;
  }

  get hasDrained(): boolean {
    return this.#sink.buffered <= LOW_WATER_BYTES;
  }

  /** Whether not even small answers have been taken for long: the peer asks and does not read. */
  get isFlooded(): boolean {
    return this.#sink.buffered > 4 * HIGH_WATER_BYTES;
  }

  /** Tells the budget what waits now. */
  account(): void {
    this.#charge(this.#sink.buffered);
  }

  /** Nothing more is sent. */
  close(): void {
    this.#charge(0);
  }

  #charge(bytes: number): void {
    this.#budget.change(bytes - this.#charged);
    this.#charged = bytes;
  }

  /** The log was considered up to here. */
  consider(through: Offset, appendedAt: number): void {
    this.#scanned = through;
    this.#appendedAt = appendedAt;
  }

  /** What was considered and never told does not count; false where there is none. */
  goBack(): boolean {
    const wasAhead = this.#scanned !== this.#cursor;
    this.#scanned = this.#cursor;
    return wasAhead;
  }

  send(message: Message): void {
    this.#hand(this.#encoder.encode([message]));
  }

  /** Facts that continue the cursor, and the cursor after them. */
  deliver(packet: Packet, facts: number, cursor: Offset, isLive: boolean): void {
    this.#cursor = cursor;
    this.#deliveredFacts += facts;
    this.#hand(packet);
    this.#observer.delivered(facts, packet.bytes, isLive ? this.#clock.now() - this.#appendedAt! : undefined);
    if (!isLive) this.account();
  }

  tellProgress(): void {
    if (this.#scanned === this.#cursor) return;
    const frame = { type: 'progress', prev: this.#cursor, through: this.#scanned, head: this.head } as const;
    this.#cursor = this.#scanned;
    this.send(frameMessage(frame, this.#cursor));
  }

  tell(type: 'caught_up' | 'fell_behind'): void {
    this.send(frameMessage({ type, cursor: this.#cursor, head: this.head }, this.#cursor));
  }

  /** The tail may not have heard yet of what a judgement or a page already told. */
  get head(): Offset {
    const { head } = this.#source;
    return compareOffsets(head, this.#scanned) > 0 ? head : this.#scanned;
  }

  #hand(packet: Packet): void {
    this.#deliveredBytes += packet.bytes;
    this.#sink.send(packet);
    signOfLife();
  }
}
