import type { Offset } from '@graphtail/facts';
import type { FactsEvent } from './events.ts';
import { FactsQueue, type Place } from './facts-queue.ts';

/** Asks for a pause, and takes that back; by different holders at once. */
export type Flow = { hold(by: object): void; release(by: object): void };

/**
 * How far the application has got with what arrived: listeners have finished with an event when they returned, an iteration has
 * finished with a batch when it asks for the next. The one that is furthest behind decides where the application may resume.
 */
export class Consumption {
  readonly #flow: Flow;
  /** Of the iterations under way. */
  readonly #open = new Set<FactsQueue>();
  /** Of iterations that broke off, and, until somebody listens, of the first: the next iteration takes one over. */
  readonly #left: FactsQueue[];
  /** Nobody has listened or iterated yet. */
  #isUnclaimed = true;
  #arrived: Place | undefined;
  #told: Place | undefined;
  #hasFailed = false;

  constructor(flow: Flow) {
    this.#flow = flow;
    this.#left = [this.#queue()];
  }

  /** Everything through here was handed to the application, which has finished with it. */
  get cursor(): Offset | undefined {
    let behind = this.#told;
    for (const { finished } of [...this.#open, ...this.#left]) {
      if (behind !== undefined && (finished === undefined || finished.order < behind.order)) behind = finished;
    }
    return behind?.cursor;
  }

  /** Somebody listens: facts that wait for a first iteration would wait for ever. */
  listened(): void {
    if (!this.#isUnclaimed) return;
    this.#isUnclaimed = false;
    for (const queue of this.#left.splice(0)) this.#flow.release(queue);
  }

  /**
   * What a step of the subscription led to, after the listeners were told of it.
   * @param cursor of what arrived; undefined while there is no place to resume from
   * @param facts that it handed out @param isFinished no listener failed at it
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

  /** Goes on where an iteration broke off, with the batch that it had not finished; if none did, with what arrives from now on. */
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
