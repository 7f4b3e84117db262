import { ORIGIN, ZERO, joinPayload, offset, seqOf, type Offset } from '@graphtail/facts';
import type { Batch, Verdict } from '@graphtail/log';
import type { Clock } from '../subscription/clock.ts';
import type { Encoder, Packet } from '../wire/encoders.ts';
import type { FactKeys } from '../feed/fact-keys.ts';
import type { Filter } from '../subscription/filter.ts';
import { frameMessage } from '../wire/frames.ts';
import { Pacer } from '../subscription/pacer.ts';
import type { Source } from '../feed/source.ts';
import type { Observer, Sink } from '../subscription/ports.ts';
import { StoredBatch } from '../feed/stored-batch.ts';
import { HIGH_WATER_BYTES, ReplayBudget } from '../subscription/replay-budget.ts';
import { Subscription } from '../subscription/subscription.ts';
import { Window } from '../feed/window.ts';

/** The keys of the model's fact with a number: three event types and two entity types, one of them without a file. */
export function keysOf(seq: number): FactKeys {
  const kind = seq % 3;
  const eventType = ['node_added', 'node_deleted', 'analysis_started'][kind]!;
  return {
    eventType,
    entityType: kind === 2 ? 'analysis' : 'node',
    filePath: kind === 2 ? undefined : `src/${String(seq % 5)}.ts`,
    time: seq * 200,
  };
}

function factText(at: Offset): string {
  const { eventType, entityType, filePath, time } = keysOf(seqOf(at));
  const timestamp = new Date(time).toISOString();
  return JSON.stringify({ offset: at, event_type: eventType, timestamp, entity_type: entityType, data: { file_path: filePath } });
}

export const MODEL_FILTERS: readonly (Filter | undefined)[] = [
  undefined,
  ({ eventType }) => eventType === 'node_added',
  ({ entityType }) => entityType === 'analysis',
  ({ filePath }) => filePath === 'src/1.ts',
  () => false,
];

/** A log in memory. Its tail may lag, its window is short, and it answers page requests only when the spec says so. */
export class ModelSource implements Source {
  readonly facts: Offset[] = [];
  readonly #batches: StoredBatch[] = [];
  readonly #window = new Window(Infinity, 3);
  #tail = 0;
  #epoch = 1;
  #pending: { cursor: Offset; resolve: (batches: StoredBatch[]) => void; reject: (error: Error) => void }[] = [];
  onBatch: () => void = () => undefined;

  get head(): Offset {
    return this.#batches[this.#tail - 1]?.batch.through ?? ORIGIN;
  }

  get logHead(): Offset {
    return this.#batches.at(-1)?.batch.through ?? ORIGIN;
  }

  get hasPending(): boolean {
    return this.#pending.length > 0;
  }

  openEpoch(): void {
    this.#epoch += 1;
  }

  append(count: number): void {
    const prev = this.logHead;
    const offsets = Array.from({ length: count }, (_, i) => offset(this.#epoch, seqOf(prev) + 1 + i));
    const payload = joinPayload(offsets.map(factText));
    const batch: Batch = { prev, through: offsets.at(-1)!, count, appendedAt: 0, batchId: '', digest: ZERO, bytes: 0, payload };
    this.facts.push(...offsets);
    this.#batches.push(new StoredBatch('g', batch));
  }

  /** The tail reads one more batch; returns false if it has read all. */
  tail(): boolean {
    const next = this.#batches[this.#tail];
    if (next === undefined) return false;
    this.#tail += 1;
    this.#window.push(next);
    this.onBatch();
    return true;
  }

  after(cursor: Offset): StoredBatch | 'nothing' | 'older' {
    if (cursor === this.head) return 'nothing';
    const found = this.#window.after(cursor);
    if (found !== undefined) return found;
    return seqOf(cursor) > seqOf(this.head) ? 'nothing' : 'older';
  }

  page(cursor: Offset): Promise<readonly StoredBatch[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly StoredBatch[]>();
    this.#pending.push({ cursor, resolve, reject });
    return promise;
  }

  /** Answers the pending page requests, with pages or with the error of a Redis that went away. */
  async answerPages(how: 'page' | 'error'): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    for (const { cursor, resolve, reject } of pending) {
      const first = this.#batches.findIndex((stored) => stored.continues(cursor));
      if (how === 'error') reject(new Error('Connection is closed.'));
      else resolve(first < 0 ? [] : this.#batches.slice(first, first + 2));
    }
    for (let i = 0; i < 5; i++) await Promise.resolve();
  }

  judge(cursor: Offset): Promise<Verdict> {
    throw new Error(`nobody is judged here, at ${cursor}`);
  }
}

/** A clock whose time passes only when the spec calls `pass`. */
export class ModelClock implements Clock {
  #time = 0;
  #timers: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.#time;
  }

  later(ms: number, callback: () => void): () => void {
    const timer = { at: this.#time + ms, callback };
    this.#timers.push(timer);
    return () => (this.#timers = this.#timers.filter((other) => other !== timer));
  }

  soon(callback: () => void): void {
    this.later(0, callback);
  }

  pass(ms: number): void {
    this.#time += ms;
    const due = this.#timers.filter(({ at }) => at <= this.#time);
    this.#timers = this.#timers.filter(({ at }) => at > this.#time);
    for (const { callback } of due) callback();
  }
}

const modelEncoder: Encoder = {
  transport: 'websocket',
  encode: (messages) => ({ bytes: messages.length, chunks: messages.map(({ text }) => text) }),
};

/** Bytes that a packet of facts counts as: the third packet exceeds the high-water mark. */
const FACTS_WEIGHT = HIGH_WATER_BYTES * 0.4;
const OTHER_WEIGHT = 1_000;

type Told = {
  type: string;
  prev: Offset;
  through: Offset;
  cursor: Offset;
  head: Offset;
  offset: Offset;
  facts: { offset: Offset }[];
  code: string;
};

/** A subscriber. It reads in order what its network has taken. When the connection is cut, packets under way are lost. */
export class ModelSubscriber implements Sink {
  readonly facts: Offset[] = [];
  /** The filters and the cursors after which they apply, as the subscriber was told. */
  readonly filters: { after: Offset; filter: Filter | undefined }[] = [];
  cursor: Offset = ORIGIN;
  readonly #source: ModelSource;
  readonly #clock: ModelClock;
  readonly #each: boolean;
  subscription!: Subscription;
  #network: { text: string; weight: number }[] = [];
  #wanted: Filter | undefined;
  #asked: (Filter | undefined)[] = [];
  readonly seen = new Set<string>();
  readonly #speed: number | undefined;

  constructor(source: ModelSource, clock: ModelClock, each: boolean, speed?: number) {
    this.#source = source;
    this.#clock = clock;
    this.#each = each;
    this.#speed = speed;
    this.connect();
    source.onBatch = () => this.subscription.wake();
  }

  connect(): void {
    this.#network = [];
    this.#asked = [];
    this.filters.push({ after: this.cursor, filter: this.#wanted });
    const observer: Observer = {
      delivered: () => undefined,
      demoted: () => undefined,
      refused: () => undefined,
      failed: (error) => {
        throw error;
      },
    };
    this.subscription = new Subscription({
      source: this.#source,
      sink: this,
      encoder: modelEncoder,
      clock: this.#clock,
      observer,
      budget: new ReplayBudget(),
      cursor: this.cursor,
      each: this.#each,
      filter: this.#wanted,
      pacer: this.#speed === undefined ? undefined : new Pacer(this.#speed),
      preamble: [frameMessage({ type: 'pong' })].values(),
      onClosed: () => undefined,
    });
    this.subscription.wake();
  }

  cut(): void {
    this.subscription.gone();
    this.connect();
  }

  ask(filter: Filter | undefined): void {
    this.#wanted = filter;
    this.#asked.push(filter);
    this.subscription.setFilter(filter);
  }

  get buffered(): number {
    return this.#network.reduce((sum, { weight }) => sum + weight, 0);
  }

  send({ chunks }: Packet): void {
    const holdsFacts = /"type":"(facts|cdc_event)"/.test(String(chunks[0]));
    if (holdsFacts && this.buffered > HIGH_WATER_BYTES) throw new Error('facts were sent above the mark');
    if (holdsFacts && this.subscription.mode === 'paused') throw new Error('facts were sent to a subscriber that had paused');
    this.#network.push({ text: chunks.join('\u0000'), weight: holdsFacts ? FACTS_WEIGHT : OTHER_WEIGHT });
  }

  hasMoved(): boolean {
    return true;
  }

  close(): void {
    throw new Error('nobody is refused here');
  }

  /** The network takes some packets. */
  take(packets: number): void {
    for (const packet of this.#network.splice(0, packets)) {
      for (const text of packet.text.split('\u0000')) this.#read(JSON.parse(text) as Told);
    }
    this.subscription.drained();
  }

  #read(told: Told): void {
    this.seen.add(told.type);
    switch (told.type) {
      case 'facts':
      case 'progress':
      case 'cdc_event':
        if (told.prev !== this.cursor) throw new Error(`${JSON.stringify(told)} does not continue ${this.cursor}`);
        this.cursor = told.type === 'cdc_event' ? told.offset : told.through;
        if (told.type === 'cdc_event') this.facts.push(told.offset);
        if (told.type === 'facts') this.facts.push(...told.facts.map((fact) => fact.offset));
        return;
      case 'filter_updated':
        if (told.cursor !== this.cursor) throw new Error(`filter_updated tells ${told.cursor} at ${this.cursor}`);
        this.filters.push({ after: told.cursor, filter: this.#asked.shift() });
        return;
      case 'caught_up':
        if (told.cursor !== told.head) throw new Error(`caught up at ${told.cursor}, which is not ${told.head}`);
        return;
      case 'fell_behind':
        if (told.cursor !== this.cursor) throw new Error(`${told.type} tells ${told.cursor} at ${this.cursor}`);
        return;
      case 'heartbeat':
      case 'pong':
        return;
      default:
        throw new Error(`told ${told.type}: ${told.code}`);
    }
  }

  /** The facts up to the cursor that should have been delivered, by the filters that applied to them. */
  expected(): Offset[] {
    return this.#source.facts.filter((at) => {
      if (seqOf(at) > seqOf(this.cursor)) return false;
      const filter = this.filters.findLast(({ after }) => seqOf(after) < seqOf(at))?.filter;
      return filter === undefined || filter(keysOf(seqOf(at)));
    });
  }
}
