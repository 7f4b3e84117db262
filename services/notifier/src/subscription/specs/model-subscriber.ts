import { seqOf, type Code, type Offset } from '@graphtail/facts';
import type { Refusal } from '@graphtail/log';
import { webSocketEncoder, type Encoder, type Packet } from '../../wire/encoders.ts';
import { frameMessage, type Message } from '../../wire/frames.ts';
import { refuse } from '../../wire/refused.ts';
import { EMPTY_SNAPSHOT, snapshotMessages } from '../../wire/snapshot-frames.ts';
import type { Filter } from '../filter.ts';
import { Pacer } from '../pacer.ts';
import type { Ending, Observer, Sink } from '../ports.ts';
import { HIGH_WATER_BYTES, ReplayBudget } from '../replay-budget.ts';
import { Subscription } from '../subscription.ts';
import type { ModelClock } from './model-clock.ts';
import type { ModelLog } from './model-log.ts';
import { ModelRecord } from './model-record.ts';

const modelEncoder: Encoder = {
  transport: webSocketEncoder.transport,
  encode: (messages) => ({ bytes: messages.length, chunks: messages.map(({ text }) => text) }),
};

/** Bytes that a packet of facts, or a part of a snapshot, counts as: the third packet exceeds the high-water mark. */
const HEAVY = HIGH_WATER_BYTES * 0.4;
const LIGHT = 1_000;

type Told = {
  readonly type: string;
  readonly prev: Offset;
  readonly through: Offset;
  readonly cursor: Offset;
  readonly head: Offset;
  readonly offset: Offset;
  readonly as_of: Offset;
  readonly facts: readonly { readonly offset: Offset }[];
  readonly code: Code;
};

export type How = {
  /** Whether each fact is a message of its own. */
  readonly each: boolean;
  readonly speed: number | undefined;
  /** Whether it begins with a snapshot, and not with the first fact. */
  readonly fromSnapshot: boolean;
};

/**
 * A subscriber that follows the protocol's rules, and throws if the server breaks one. It reads in order what its network has taken. When
 * its connection ends, it connects again where it was told to, or with its own cursor.
 */
export class ModelSubscriber implements Sink {
  readonly record = new ModelRecord();
  /** The types and codes of what it was told. */
  readonly seen = new Set<string>();
  subscription!: Subscription;
  readonly #log: ModelLog;
  readonly #clock: ModelClock;
  readonly #how: How;
  /** Whether it has a cursor: a snapshot that is not whole gives none. */
  #hasCursor: boolean;
  /** The durable cursor that it has acknowledged. */
  #acknowledged: Offset | undefined;
  #network: { readonly told: string | Ending; readonly weight: number }[] = [];
  /** The filter that it asked for last, and the one that applies to what it reads now. */
  #wanted: Filter | undefined;
  #filter: Filter | undefined;
  #asked: (Filter | undefined)[] = [];
  #to: Offset | undefined;
  #refusedWith: Code | undefined;
  #takenAt = 0;
  #hasTaken = false;

  constructor(log: ModelLog, clock: ModelClock, how: How) {
    this.#log = log;
    this.#clock = clock;
    this.#how = how;
    this.#hasCursor = !how.fromSnapshot;
    this.#connect();
  }

  /** @param to where the subscription is to end */
  #connect(to?: Offset): void {
    this.#network = [];
    this.#asked = [];
    this.#filter = this.#wanted;
    this.#to = to;
    this.#refusedWith = undefined;
    this.#takenAt = this.#clock.now();
    let preamble: Iterator<Message> = [frameMessage({ type: 'pong' })].values();
    let cursor = this.record.cursor;
    if (!this.#hasCursor) {
      cursor = this.#log.floor;
      preamble = snapshotMessages({ ...EMPTY_SNAPSHOT, asOf: cursor });
    } else this.record.follow(this.#wanted);
    const observer: Observer = {
      delivered: () => undefined,
      demoted: () => undefined,
      refused: () => undefined,
      failed: (error) => {
        throw error;
      },
    };
    const { each, speed } = this.#how;
    this.subscription = new Subscription({
      source: this.#log,
      sink: this,
      encoder: modelEncoder,
      clock: this.#clock,
      observer,
      budget: new ReplayBudget(),
      cursor,
      each,
      filter: this.#wanted,
      to,
      pacer: speed === undefined ? undefined : new Pacer(speed),
      preamble,
      onClosed: () => undefined,
    });
    this.#log.follower = this.subscription;
    this.subscription.wake();
  }

  /** Connects at a place that the log holds, as the server would judge it. */
  #reconnect(to?: Offset): void {
    const { record } = this;
    for (let refusal = this.#judge(); refusal !== undefined; refusal = this.#judge()) {
      if (refusal.code === 'CURSOR_TOO_OLD') record.skipTo(refusal.resumeAt!);
      else record.goBackTo(refusal.divergedAt!);
    }
    const isAhead = to !== undefined && seqOf(to) >= seqOf(record.cursor) && this.#log.refusalOf(to) === undefined;
    this.#connect(isAhead ? to : undefined);
  }

  #judge(): Refusal | undefined {
    return this.#hasCursor ? this.#log.refusalOf(this.record.cursor) : undefined;
  }

  get isAtRest(): boolean {
    return this.#hasCursor && this.#network.length === 0 && !this.subscription.isClosed && this.record.cursor === this.#log.logHead;
  }

  /** The connection breaks: packets under way are lost. @param to where the next subscription is to end */
  cut(to?: Offset): void {
    this.subscription.gone();
    this.#reconnect(to);
  }

  /** The application begins anew at its durable cursor. */
  crash(): void {
    this.subscription.gone();
    if (this.#acknowledged !== undefined) this.record.goBackTo(this.#acknowledged);
    this.#reconnect();
  }

  refuseWith(code: Code): void {
    if (!this.subscription.isClosed) this.#refusedWith = code;
    this.subscription.refuse(refuse(code, 'the spec says so'));
  }

  ask(filter: Filter | undefined): void {
    this.#wanted = filter;
    this.#asked.push(filter);
    this.subscription.setFilter(filter);
  }

  /** Acknowledges what it has read. The server must let it, and must not let it acknowledge more than it was sent. */
  acknowledge(): void {
    if (!this.#hasCursor) return;
    const { cursor } = this.record;
    if (!this.subscription.hasBeenSent(cursor)) throw new Error(`${cursor} was read and can not be acknowledged`);
    const beyond = this.#log.facts.find((at) => seqOf(at) > seqOf(this.subscription.cursor));
    if (beyond !== undefined && this.subscription.hasBeenSent(beyond)) throw new Error(`${beyond} was not sent and can be acknowledged`);
    this.#acknowledged = cursor;
  }

  get buffered(): number {
    return this.#network.reduce((sum, { weight }) => sum + weight, 0);
  }

  send({ chunks }: Packet): void {
    const isHeavy = /"type":"(facts|cdc_event|snapshot_)/.test(String(chunks[0]));
    if (isHeavy && this.buffered > HIGH_WATER_BYTES) throw new Error('it was sent more than the high-water mark and a batch');
    if (/"type":"(facts|cdc_event)/.test(String(chunks[0])) && this.subscription.mode === 'paused') throw new Error('it had paused');
    this.#network.push({ told: chunks.join('\u0000'), weight: isHeavy ? HEAVY : LIGHT });
  }

  hasMoved(): boolean {
    const hasMoved = this.#hasTaken || this.buffered === 0;
    this.#hasTaken = false;
    return hasMoved;
  }

  close(ending: Ending): void {
    const isTooSlow = ending.kind === 'refused' && ending.error.code === 'CONSUMER_TOO_SLOW';
    const hasWaited = this.#clock.now() - this.#takenAt >= 60_000 && this.subscription.mode !== 'paused';
    if (isTooSlow && !hasWaited) throw new Error('it was not too slow');
    this.#network.push({ told: ending, weight: 0 });
  }

  /** The network takes some packets. */
  take(packets: number): void {
    const { subscription } = this;
    for (let i = 0; i < packets && this.subscription === subscription; i++) {
      const packet = this.#network.shift();
      if (packet === undefined) break;
      this.#hasTaken = true;
      this.#takenAt = this.#clock.now();
      if (typeof packet.told === 'string') for (const text of packet.told.split('\u0000')) this.#read(JSON.parse(text) as Told);
      else this.#end(packet.told);
    }
    this.subscription.drained();
  }

  #end(ending: Ending): void {
    if (ending.kind === 'refused' && ending.error.code === 'CONSUMER_TOO_SLOW') {
      const resumeAt = this.#hasCursor ? this.record.cursor : undefined;
      if (ending.error.resume_at !== resumeAt) throw new Error(`CONSUMER_TOO_SLOW says ${String(ending.error.resume_at)}`);
    }
    this.#reconnect();
  }

  /** Whether a code that it was told says what has happened. */
  #isTrue(code: Code): boolean {
    const places = [this.subscription.cursor, ...(this.#to === undefined ? [] : [this.#to])];
    switch (code) {
      case 'LOG_TRUNCATED':
        return places.some((at) => !this.#log.holds(at));
      case 'CURSOR_TOO_OLD':
        return places.some((at) => seqOf(at) < seqOf(this.#log.floor));
      case 'CONSUMER_TOO_SLOW':
        return true; // judged when the connection was closed
      default:
        return code === this.#refusedWith;
    }
  }

  #read(told: Told): void {
    this.seen.add(told.type);
    const { record } = this;
    const isMoving = told.type === 'facts' || told.type === 'progress' || told.type === 'cdc_event';
    if (isMoving && (!this.#hasCursor || told.prev !== record.cursor))
      throw new Error(`${JSON.stringify(told)} does not continue ${record.cursor}`);
    switch (told.type) {
      case 'cdc_event':
        record.facts.push(told.offset);
        record.cursor = told.offset;
        return;
      case 'facts':
        record.facts.push(...told.facts.map((fact) => fact.offset));
        record.cursor = told.through;
        return;
      case 'progress':
        record.cursor = told.through;
        return;
      case 'snapshot_end':
        record.skipTo(told.as_of);
        record.follow(this.#filter);
        this.#hasCursor = true;
        return;
      case 'filter_updated': {
        this.#filter = this.#asked.shift();
        if (!this.#hasCursor) return;
        if (told.cursor !== record.cursor) throw new Error(`filter_updated tells ${told.cursor} at ${record.cursor}`);
        record.follow(this.#filter);
        return;
      }
      case 'caught_up':
        if (told.cursor !== record.cursor) throw new Error(`caught up at ${told.cursor}, and not at ${record.cursor}`);
        if (told.cursor !== told.head && this.#log.holds(told.head))
          throw new Error(`caught up at ${told.cursor}, which is not ${told.head}`);
        return;
      case 'fell_behind':
        if (told.cursor !== record.cursor) throw new Error(`fell behind at ${told.cursor}, and not at ${record.cursor}`);
        return;
      case 'end':
        if (told.cursor !== this.#to || record.cursor !== this.#to)
          throw new Error(`the end is told at ${told.cursor}, not ${String(this.#to)}`);
        return;
      case 'error':
        this.seen.add(told.code);
        if (!this.#isTrue(told.code)) throw new Error(`told ${told.code} at ${record.cursor}`);
        return;
      case 'heartbeat':
      case 'pong':
      case 'snapshot_begin':
      case 'snapshot_chunk':
        return;
      default:
        throw new Error(`told ${told.type}`);
    }
  }
}
