import type { Offset } from '@graphtail/facts';
import type { FactsEvent } from './events.ts';
import { FactsQueue, type Place } from './facts-queue.ts';

/** Requests a pause, and ends that request. Several holders may request a pause at the same time. */
export type Flow = { hold(by: object): void; release(by: object): void };

/**
 * How much of what arrived the application has finished with. A listener has finished with an event when it returns. An iteration has
 * finished with a batch when it asks for the next. The one furthest behind decides where the application may resume.
 */
export class Consumption {
  readonly #flow: Flow;
  /** The queues of the iterations under way. */
  readonly #open = new Set<FactsQueue>();
  /** The queues that no iteration reads now: of iterations that broke off, and one for the first iteration, until a listener is added. */
  readonly #left: FactsQueue[];
  /** Whether there was neither a listener nor an iteration yet. */
  #isUnclaimed = true;
  #arrived: Place | undefined;
  #told: Place | undefined;
  #hasFailed = false;

  constructor(flow: Flow) {
    this.#flow = flow;
    this.#left = [this.#queue()];
  }

  /** The application has received everything through this cursor, and has finished with it. */
  get cursor(): Offset | undefined {
    let behind = this.#told;
    for (const { finished } of [...this.#open, ...this.#left]) {
      if (behind !== undefined && (finished === undefined || finished.order < behind.order)) behind = finished;
    }
    return behind?.cursor;
  }

  /** A listener was added: drops the queue for a first iteration, because its facts might wait for ever. */
  listened(): void {
    if (!this.#isUnclaimed) return;
    this.#isUnclaimed = false;
    for (const queue of this.#left.splice(0)) this.#flow.release(queue);
  }

  /**
   * Takes the result of a step of the subscription, after the listeners were called.
   * @param cursor the cursor after what arrived; undefined while there is no place to resume from
   * @param facts the facts that the step passed on
   * @param isFinished whether no listener threw
   */
  advance(cursor: Offset | undefined, facts: FactsEvent | undefined, isFinished: boolean): void {
    if (cursor === undefined || (cursor === this.#arrived?.cursor && facts === undefined)) return;
    const place = { cursor, order: (this.#arrived?.order ?? 0) + 1 };
    this.#arrived = place;
    for (const queue of [...this.#open, ...this.#left]) {
      if (facts === undefined) queue.moved(place);
      else queue.push(facts, place);
    }
    if (!isFinished) this.#hasFailed = true;
    if (!this.#hasFailed) this.#told = place;
  }

  /** Nothing more arrives. */
  end(error?: Error): void {
    for (const queue of [...this.#open, ...this.#left]) queue.end(error);
  }

  /**
   * Continues where an iteration broke off, with the batch that it had not finished. If none broke off, starts with what arrives from now
   * on.
   */
  iterate(): AsyncIterableIterator<FactsEvent> {
    this.#isUnclaimed = false;
    const queue = this.#left.shift() ?? this.#queue();
    this.#open.add(queue);
    return queue.iterate(() => {
      this.#open.delete(queue);
      this.#left.push(queue);
    });
  }

  #queue(): FactsQueue {
    const queue: FactsQueue = new FactsQueue(this.#arrived, {
      full: () => {
        this.#flow.hold(queue);
      },
      drained: () => {
        this.#flow.release(queue);
      },
    });
    return queue;
  }
}
