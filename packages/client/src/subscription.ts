import type { ErrorFrame, Offset } from '@graphtail/facts';
import { Connector } from './connector.ts';
import { Consumption } from './consumption.ts';
import type { ClientEvent, FactsEvent, SubscriptionState } from './events.ts';
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
  readonly #consumption = new Consumption({
    hold: (by) => {
      this.#hold(by);
    },
    release: (by) => {
      this.#release(by);
    },
  });
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

  /**
   * Safe to resume from (C6): through here, the application was handed everything and has finished with it. Listeners have finished with
   * an event when they returned, an iteration with a batch when it asks for the next. Undefined until the server has said where the subscription starts.
   */
  get cursor(): Offset | undefined {
    return this.#consumption.cursor;
  }

  /** What has arrived, handed out or not: no place to resume from, since what waits to be handed out would be lost. */
  get received(): Offset | undefined {
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

  /**
   * Calls the listener with every event from now on; the result stops that. A listener that throws stops nothing, and its error is not swallowed,
   * but it has not finished with what it was told, and `cursor` stays before that.
   */
  on(listener: (event: ClientEvent) => void): () => void {
    this.#consumption.listened();
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * The facts, in batches: from where an iteration broke off, beginning with the batch that it had not finished, else from now on. If there
   * was neither a listener nor an iteration before, from the start. A slow iteration, and one that broke off, makes the server pause.
   * @throws {SubscriptionRefused} from the iteration, when the server refused for good.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<FactsEvent> {
    const iteration = this.#consumption.iterate();
    this.#settle();
    return iteration;
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

  /**
   * Moves the durable cursor of the subscription's `consumer`: by default to `cursor`, what the application has finished with.
   * While offline only the last one is kept, and sent on reconnect.
   */
  ack(cursor = this.cursor): void {
    if (cursor !== undefined) this.#take({ kind: 'ack', cursor });
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

  #settle(): void {
    const { phase, error } = this.#model;
    if (phase === 'ended') this.#consumption.end();
    if (phase === 'refused') this.#consumption.end(error === undefined ? undefined : new SubscriptionRefused(error));
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
        this.#advance(result, this.#perform(result));
      }
    } finally {
      this.#busy = false;
    }
  }

  /** Whether every listener returned from what it was told. */
  #perform({ effects }: Step): boolean {
    let isFinished = true;
    for (const effect of effects) {
      if (effect.do === 'emit') isFinished = this.#emit(effect.event) && isFinished;
      else this.#do(effect);
    }
    return isFinished;
  }

  /** @param isFinished the listeners have finished with what the step told them */
  #advance({ model: { cursor, unsure }, effects }: Step, isFinished: boolean): void {
    const facts = effects.flatMap((effect) => (effect.do === 'emit' && effect.event.type === 'facts' ? [effect.event] : []))[0];
    this.#consumption.advance(unsure ? undefined : cursor, facts, isFinished);
    this.#settle();
  }

  #do(effect: Exclude<Effect, { do: 'emit' }>): void {
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
    }
  }

  #emit(event: ClientEvent): boolean {
    if (event.type === 'facts' && !this.#model.filtered) this.#receipts.add(event.prev, event.through, event.raw);
    const isFinished = this.#tell(event);
    const isAtRest = event.type === 'caught_up' || event.type === 'heartbeat';
    if (isAtRest && !this.#model.filtered && this.#options.prove !== false) void this.#prove();
    return isFinished;
  }

  async #prove(): Promise<void> {
    const verdict = await this.#receipts.compareNowAndThen(this.#platform.now());
    if (verdict !== undefined) this.#tell({ type: 'receipt', verdict });
  }

  /** Whether no listener threw. */
  #tell(event: ClientEvent): boolean {
    let isFinished = true;
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        isFinished = false;
        queueMicrotask(() => {
          throw error; // the listener's own mistake: the platform reports it, and the others are told all the same
        });
      }
    }
    return isFinished;
  }
}
