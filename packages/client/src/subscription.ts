import type { ErrorFrame, Offset } from '@graphtail/facts';
import { Connector } from './connector.ts';
import type { ClientEvent, FactsEvent, SubscriptionState } from './events.ts';
import { FactsQueue } from './facts-queue.ts';
import { begin, step } from './machine.ts';
import { publicState, type Effect, type Input, type Model, type Step, type TimerName } from './model.ts';
import type { ConnectOptions, Filter } from './options.ts';
import type { Platform } from './platform.ts';
import { ReceiptKeeper } from './receipt-keeper.ts';
import type { Receipt, ReceiptVerdict } from './running-receipt.ts';

/** Thrown by an iteration whose subscription the server refused for good. */
export class SubscriptionRefused extends Error {
  override readonly name = 'SubscriptionRefused';
  readonly error: ErrorFrame;

  constructor(error: ErrorFrame) {
    super(error.message);
    this.error = error;
  }
}

/**
 * One subscriber's session, across as many connections as it takes. What it is told comes in the log's
 * order, each fact once, none left out.
 */
export class Subscription implements AsyncIterable<FactsEvent> {
  readonly #options: ConnectOptions;
  readonly #platform: Platform;
  readonly #listeners = new Set<(event: ClientEvent) => void>();
  readonly #timers = new Map<TimerName, () => void>();
  readonly #inputs: Input[] = [];
  readonly #receipts: ReceiptKeeper;
  readonly #connector: Connector;
  readonly #holds = new Set<object>();
  readonly #over = Promise.withResolvers<void>();
  readonly #stopNetwork: () => void;
  #model: Model;
  #busy = false;

  constructor(options: ConnectOptions, platform: Platform) {
    this.#options = options;
    this.#platform = platform;
    this.#connector = new Connector(options, platform, (input) => {
      this.#take(input);
    });
    this.#receipts = new ReceiptKeeper(async ({ from, to }) =>
      platform.receipt({ graph: this.#model.graph, from, to }, await this.#connector.token()),
    );
    const { graph, types, entities, path } = options;
    const settings = {
      from: options.from,
      onTooOld: options.onTooOld ?? 'error',
      onRefused: options.onRefused ?? 'stop',
      transport: options.transport,
      bounded: options.to !== undefined,
      renews: this.#connector.renews,
    };
    const first = begin(settings, graph, { types, entities, path });
    this.#model = first.model;
    this.#inOrder(() => {
      this.#perform(first);
    });
    this.#stopNetwork = platform.network((online) => {
      this.#take({ kind: 'network', online });
    });
  }

  get state(): SubscriptionState {
    return publicState(this.#model.phase);
  }

  /** Consumed through here; undefined until the server has said where the subscription starts. */
  get cursor(): Offset | undefined {
    return this.#model.cursor;
  }

  /** The log's last offset, as far as this client has heard. */
  get head(): Offset | undefined {
    return this.#model.head;
  }

  /** The graph subscribed to; undefined until the server has said which is the only one. */
  get graph(): string | undefined {
    return this.#model.graph;
  }

  /** How many frames did not continue the cursor, and were thrown away. */
  get gaps(): number {
    return this.#model.gaps;
  }

  get transport(): Model['via'] {
    return this.#model.via;
  }

  /** Through here, what was received is what the log holds: the last comparison that agreed. */
  get proved(): Offset | undefined {
    return this.#receipts.proved;
  }

  /** What was received without interruption; undefined where a filter left facts out. */
  get receipt(): Receipt | undefined {
    return this.#model.filtered ? undefined : this.#receipts.value;
  }

  /** Tells of everything from now on; the result stops it. A listener that throws stops nothing, and its error is not swallowed. */
  on(listener: (event: ClientEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * The facts from now on, in frames. Who iterates slowly is sent less: the server is told to pause.
   * @throws {SubscriptionRefused} from the iteration, where the server refused for good.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<FactsEvent> {
    const hold = {};
    const queue: FactsQueue = new FactsQueue({
      full: () => {
        this.#hold(hold);
      },
      drained: () => {
        this.#release(hold);
      },
      left: () => {
        stop();
        this.#release(hold);
      },
    });
    const stop = this.on((event) => {
      if (event.type === 'facts') queue.push(event);
      else if (event.type === 'state') this.#settle(queue, event.error);
    });
    this.#settle(queue, this.#model.error);
    return queue;
  }

  /** Asks the server for a sign of life; answered by a `pong` event. */
  ping(): void {
    this.#take({ kind: 'ping' });
  }

  /** The server sends no facts until `resume`. What is under way still arrives. */
  pause(): void {
    this.#hold(this);
  }

  resume(): void {
    this.#release(this);
  }

  /** Holds for what comes after it, across reconnects. Replaces the filter there was. */
  filter(filter: Filter): void {
    this.#take({ kind: 'filter', filter });
  }

  /** Moves the durable cursor of the subscription's `consumer`. While offline only the last one is kept, and sent on reconnect. */
  ack(cursor: Offset): void {
    this.#take({ kind: 'ack', cursor });
  }

  /** Renews the token: in place over sockets; an event stream is opened again from its cursor. */
  authenticate(token: string): void {
    this.#connector.authenticate(token);
  }

  /** Ends the subscription; resolves once nothing more will happen. */
  close(): Promise<void> {
    this.#take({ kind: 'close' });
    return this.#over.promise;
  }

  /**
   * Compares what was received with what the log says of the same range.
   * @throws {ApiError} where the server can't be asked.
   */
  async verifyReceipt(): Promise<ReceiptVerdict> {
    return this.#model.filtered ? { status: 'unknown', why: 'a filter left facts out' } : this.#receipts.compare();
  }

  #settle(queue: FactsQueue, error: ErrorFrame | undefined): void {
    if (this.#model.phase === 'ended') queue.end();
    if (this.#model.phase === 'refused') queue.end(error === undefined ? undefined : new SubscriptionRefused(error));
  }

  #hold(by: object): void {
    this.#holds.add(by);
    this.#take({ kind: 'pause' });
  }

  #release(by: object): void {
    if (this.#holds.delete(by) && this.#holds.size === 0) this.#take({ kind: 'resume' });
  }

  /** Steps one at a time: what a listener asks for while it is told something comes after that. */
  #take(input: Input): void {
    this.#inputs.push(input);
    if (this.#busy) return;
    this.#inOrder(() => undefined);
    if (this.#model.phase === 'ended' || this.#model.phase === 'refused') {
      this.#stopNetwork();
      this.#over.resolve();
    }
  }

  #inOrder(first: () => void): void {
    this.#busy = true;
    try {
      first();
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
        const result = step(this.#model, next, { now: this.#platform.now(), random: this.#platform.random() });
        this.#model = result.model;
        this.#perform(result);
      }
    } finally {
      this.#busy = false;
    }
  }

  #perform({ effects }: Step): void {
    for (const effect of effects) this.#do(effect);
  }

  #do(effect: Effect): void {
    switch (effect.do) {
      case 'open':
        this.#connector.open(effect, this.#model);
        break;
      case 'drop':
        this.#connector.close(effect.code, effect.reason);
        break;
      case 'send':
        this.#connector.send(effect.action);
        break;
      case 'arm': {
        const { timer, ms } = effect;
        this.#timers.get(timer)?.();
        const cancel = this.#platform.timer(ms, () => {
          this.#timers.delete(timer);
          this.#take({ kind: 'timer', timer });
        });
        this.#timers.set(timer, cancel);
        break;
      }
      case 'disarm':
        this.#timers.get(effect.timer)?.();
        this.#timers.delete(effect.timer);
        break;
      case 'renew':
        void this.#connector.renew();
        break;
      case 'emit':
        this.#emit(effect.event);
        break;
    }
  }

  #emit(event: ClientEvent): void {
    if (event.type === 'facts' && !this.#model.filtered) this.#receipts.add(event.prev, event.through, event.raw);
    this.#tell(event);
    const isAtRest = event.type === 'caught_up' || event.type === 'heartbeat';
    if (isAtRest && !this.#model.filtered && this.#options.prove !== false) void this.#prove();
  }

  async #prove(): Promise<void> {
    const verdict = await this.#receipts.compareNowAndThen(this.#platform.now());
    if (verdict !== undefined) this.#tell({ type: 'receipt', verdict });
  }

  #tell(event: ClientEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error; // the listener's own mistake: the platform reports it, and the others are told all the same
        });
      }
    }
  }
}
