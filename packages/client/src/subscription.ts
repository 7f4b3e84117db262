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

/** Thrown by an iteration if the server refused its subscription for good. */
export class SubscriptionRefused extends Error {
  override readonly name = 'SubscriptionRefused';
  readonly error: ErrorFrame;

  constructor(error: ErrorFrame) {
    super(error.message);
    this.error = error;
  }
}

/**
 * One subscriber's session, over as many connections as it needs. The subscriber gets the facts in the log's order, each
 * exactly once.
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
   * The cursor from which it is safe to resume (C6): the application has received everything up to it, and has finished with it.
   * A listener has finished with an event when it returns. An iteration has finished with a batch when it asks for the next.
   * Undefined until the server has said where the subscription starts.
   */
  get cursor(): Offset | undefined {
    return this.#consumption.cursor;
  }

  /** The cursor after what has arrived, handed out or not. Do not resume from it: what still waits to be handed out would be lost. */
  get received(): Offset | undefined {
    return this.#model.cursor;
  }

  /** The log's last offset that this client knows of. */
  get head(): Offset | undefined {
    return this.#model.head;
  }

  /** The subscription's graph; undefined if none was given and the server has not yet said which is its only graph. */
  get graph(): string | undefined {
    return this.#model.graph;
  }

  /** How many frames did not continue the cursor, and were dropped. */
  get gaps(): number {
    return this.#model.gaps;
  }

  get transport(): Model['via'] {
    return this.#model.via;
  }

  /** Up to this offset, what was received is what the log holds, by the last comparison that agreed. */
  get proved(): Offset | undefined {
    return this.#receipts.proved;
  }

  /** The receipt of what was received without interruption; undefined if there ever was a filter. */
  get receipt(): Receipt | undefined {
    return this.#model.filtered ? undefined : this.#receipts.value;
  }

  /**
   * Calls the listener with every event from now on. The returned function stops that. If a listener throws, the subscription goes on
   * and the platform reports the error. But the listener has not finished with the event, so `cursor` stays before it.
   */
  on(listener: (event: ClientEvent) => void): () => void {
    this.#consumption.listened();
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Yields the facts in batches. If an earlier iteration broke off, it continues there, with the batch that was not finished. If there
   * was neither a listener nor an iteration before, it begins at the start. Otherwise it begins with the facts from now on.
   * An iteration that is slow or has broken off makes the server pause.
   * @throws {SubscriptionRefused} from the iteration, if the server refused the subscription for good
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<FactsEvent> {
    const iteration = this.#consumption.iterate();
    this.#settle();
    return iteration;
  }

  /** Asks the server for a sign of life. The answer is a `pong` event. */
  ping(): void {
    this.#take({ kind: 'ping' });
  }

  /** The server sends no facts until `resume`. Facts already on the way still arrive. */
  pause(): void {
    this.#hold(this);
  }

  resume(): void {
    this.#release(this);
  }

  /** Replaces the filter, for the facts that come after this call. The filter stays across reconnects. */
  filter(filter: Filter): void {
    this.#take({ kind: 'filter', filter });
  }

  /**
   * Moves the durable cursor of the subscription's `consumer`, by default to `cursor`, up to which the application has finished.
   * While offline only the last acknowledgement is kept. It is sent on reconnect.
   */
  ack(cursor = this.cursor): void {
    if (cursor !== undefined) this.#take({ kind: 'ack', cursor });
  }

  /**
   * Renews the token: in place on a socket. An event stream is opened again from its cursor. If the server refuses the token, the one
   * before it is used again.
   */
  authenticate(token: string): void {
    this.#connector.authenticate(token);
  }

  /** Ends the subscription. Resolves when nothing more will happen. */
  close(): Promise<void> {
    this.#take({ kind: 'close' });
    return this.#over.promise;
  }

  /**
   * Compares what was received with the log's receipt of the same range.
   * @throws {ApiError} if the server gives no receipt
   */
  async verifyReceipt(): Promise<ReceiptVerdict> {
    return this.#model.filtered ? { status: 'unknown', why: 'a filter left facts out' } : this.#receipts.compare();
  }

  #settle(): void {
    const model = this.#model;
    if (model.phase === 'ended') this.#consumption.end();
    if (model.phase === 'refused') this.#consumption.end(model.error === undefined ? undefined : new SubscriptionRefused(model.error));
  }

  #hold(by: object): void {
    this.#holds.add(by);
    this.#take({ kind: 'pause' });
  }

  #release(by: object): void {
    if (this.#holds.delete(by) && this.#holds.size === 0) this.#take({ kind: 'resume' });
  }

  /** Takes one input at a time. If a listener makes an input while it handles an event, that input comes after the present step. */
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

  /** Performs a step's effects. Returns whether no listener threw. */
  #perform({ effects }: Step): boolean {
    let isFinished = true;
    for (const effect of effects) {
      if (effect.do === 'emit') isFinished = this.#emit(effect.event) && isFinished;
      else this.#do(effect);
    }
    return isFinished;
  }

  /** @param isFinished whether the listeners have finished with the step's events */
  #advance({ model: { cursor, start }, effects }: Step, isFinished: boolean): void {
    const facts = effects.flatMap((effect) => (effect.do === 'emit' && effect.event.type === 'facts' ? [effect.event] : []))[0];
    this.#consumption.advance(start === undefined ? cursor : undefined, facts, isFinished);
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

  /** Calls every listener. Returns whether none threw. */
  #tell(event: ClientEvent): boolean {
    let isFinished = true;
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        isFinished = false;
        queueMicrotask(() => {
          throw error; // the listener's own mistake: the platform reports it, and the other listeners are still called
        });
      }
    }
    return isFinished;
  }
}
