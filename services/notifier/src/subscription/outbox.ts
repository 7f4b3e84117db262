import { compareOffsets, type ErrorFrame, type Offset } from '@graphtail/facts';
import { signOfLife } from '@graphtail/runtime';
import type { Clock } from './clock.ts';
import type { Encoder, Packet } from '../wire/encoders.ts';
import { frameMessage, type Message } from '../wire/frames.ts';
import type { Source } from '../feed/source.ts';
import type { Observer, Sink } from './ports.ts';
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

/** Totals handed to the sink so far, and the append time of the last batch that was considered, ms since 1970. */
export type Delivered = { readonly facts: number; readonly bytes: number; readonly appendedAt: number | undefined };

/**
 * What one subscriber is sent, and its position in the log. There are two cursors: `scanned` is how far the log was considered for the
 * subscriber, `cursor` is how far the subscriber was told. A filter that passes nothing moves only `scanned`. A `progress` frame then
 * moves `cursor` to it. A frame that moves the cursor carries `prev`, the cursor before it: the subscriber sees that nothing is missing.
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
  /** Bytes that wait for the network, as last reported to the budget. */
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

  get delivered(): Delivered {
    return { facts: this.#deliveredFacts, bytes: this.#deliveredBytes, appendedAt: this.#appendedAt };
  }

  /** Whether so many bytes wait for the network that the subscription should not send more now. */
  get isFull(): boolean {
    return this.#sink.buffered > this.#budget.highWater;
  }

  get hasDrained(): boolean {
    return this.#sink.buffered <= LOW_WATER_BYTES;
  }

  /** Whether even small answers have piled up: the peer keeps asking and does not read. */
  get isFlooded(): boolean {
    return this.#sink.buffered > 4 * HIGH_WATER_BYTES;
  }

  /** Reports to the budget how many bytes wait now. */
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

  /** Moves `scanned` back to `cursor`: what was considered but never told does not count. Returns false if they were equal. */
  goBack(): boolean {
    const wasAhead = this.#scanned !== this.#cursor;
    this.#scanned = this.#cursor;
    return wasAhead;
  }

  send(message: Message): void {
    this.#hand(this.#encoder.encode([message]));
  }

  /** Sends facts that continue the cursor. @param cursor the cursor after them */
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

  tellEnd(): void {
    this.tellProgress();
    this.send(frameMessage({ type: 'end', cursor: this.#cursor }, this.#cursor));
  }

  tellRefused(frame: ErrorFrame): void {
    // The consumer was moved by seek. A browser that reconnected with its own cursor would ignore that, so the cursor is cleared.
    const isMoved = frame.code === 'CONSUMER_REPLACED' && frame.retryable;
    this.send(frameMessage(frame, isMoved ? '' : undefined));
  }

  /** The log's head, never before `scanned`: the tail may lag behind what a judgement or a page has shown already. */
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
