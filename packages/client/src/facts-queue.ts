import type { Offset } from '@graphtail/facts';
import type { FactsEvent } from './events.ts';

const FULL = 64;
const DRAINED = 8;

/** A cursor, and its number in the order in which the subscription reached it. After a restart a later cursor may have a lower seq. */
export type Place = { readonly cursor: Offset; readonly order: number };

type Entry = { readonly event: FactsEvent; /** The place reached when this event is finished. */ place: Place };
type Result = IteratorResult<FactsEvent, undefined>;

/**
 * A queue between a subscription that pushes and an iteration that pulls. At its high-water mark it requests a pause, so it stays small.
 * The batch that was handed out stays at the front until the iteration asks for the next. An iteration that breaks off has not finished
 * that batch, so the iteration that takes over the queue begins with it.
 */
export class FactsQueue {
  readonly #flow: { full(): void; drained(): void };
  readonly #entries: Entry[] = [];
  #finished: Place | undefined;
  #inHand = false;
  readonly #waiting: PromiseWithResolvers<Result>[] = [];
  #full = false;
  #end: { readonly error: Error | undefined } | undefined;

  /** @param from where the subscription is; undefined before that is known */
  constructor(from: Place | undefined, flow: { full(): void; drained(): void }) {
    this.#finished = from;
    this.#flow = flow;
  }

  /** Everything through this place was handed out and is finished. */
  get finished(): Place | undefined {
    return this.#finished;
  }

  push(event: FactsEvent, place: Place): void {
    this.#entries.push({ event, place });
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) {
      if (this.#inHand) this.#finish();
      waiting.resolve(this.#hand());
    }
    if (this.#entries.length >= FULL && !this.#full) {
      this.#full = true;
      this.#flow.full();
    }
  }

  /** The cursor moved without facts. The new place counts when everything before it is finished. */
  moved(place: Place): void {
    const last = this.#entries.at(-1);
    if (last === undefined) this.#finished = place;
    else last.place = place;
  }

  /** Nothing more arrives. The queued batches are still handed out, then the error, if any, is thrown. */
  end(error?: Error): void {
    if (this.#end !== undefined) return;
    this.#end = { error };
    for (const waiting of this.#waiting.splice(0)) {
      if (error === undefined) waiting.resolve({ done: true, value: undefined });
      else waiting.reject(error);
    }
  }

  /** @param left called once if the iteration ends before the subscription */
  iterate(left: () => void): AsyncIterableIterator<FactsEvent> {
    let isOver = false;
    const done: Result = { done: true, value: undefined };
    return {
      next: () => (isOver ? Promise.resolve(done) : this.#next()),
      return: () => {
        if (!isOver) {
          isOver = true;
          this.#inHand = false;
          for (const waiting of this.#waiting.splice(0)) waiting.resolve(done);
          left();
        }
        return Promise.resolve(done);
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  #next(): Promise<Result> {
    if (this.#inHand) this.#finish();
    if (this.#entries.length > 0) return Promise.resolve(this.#hand());
    if (this.#end !== undefined) {
      return this.#end.error === undefined ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(this.#end.error);
    }
    const waiting = Promise.withResolvers<Result>();
    this.#waiting.push(waiting);
    return waiting.promise;
  }

  #hand(): Result {
    this.#inHand = true;
    return { done: false, value: this.#entries[0]!.event };
  }

  #finish(): void {
    this.#inHand = false;
    this.#finished = this.#entries.shift()!.place;
    if (this.#full && this.#entries.length <= DRAINED) {
      this.#full = false;
      this.#flow.drained();
    }
  }
}
