import type { FactsEvent } from './events.ts';

const FULL = 64;
const DRAINED = 8;

/** Between a subscription that pushes and an iteration that pulls. Past its high-water mark it asks for a pause, so it stays small. */
export class FactsQueue implements AsyncIterableIterator<FactsEvent> {
  readonly #flow: { full(): void; drained(): void; left(): void };
  readonly #queue: FactsEvent[] = [];
  #waiting: PromiseWithResolvers<IteratorResult<FactsEvent, undefined>> | undefined;
  #full = false;
  #end: { readonly error: Error | undefined } | undefined;

  constructor(flow: { full(): void; drained(): void; left(): void }) {
    this.#flow = flow;
  }

  push(event: FactsEvent): void {
    if (this.#end !== undefined) return;
    if (this.#waiting !== undefined) {
      this.#waiting.resolve({ done: false, value: event });
      this.#waiting = undefined;
      return;
    }
    this.#queue.push(event);
    if (this.#queue.length >= FULL && !this.#full) {
      this.#full = true;
      this.#flow.full();
    }
  }

  /** Nothing more comes; what is queued is still handed out, then the error thrown, if there is one. */
  end(error?: Error): void {
    if (this.#end !== undefined) return;
    this.#end = { error };
    if (this.#waiting === undefined) return;
    if (error === undefined) this.#waiting.resolve({ done: true, value: undefined });
    else this.#waiting.reject(error);
    this.#waiting = undefined;
  }

  next(): Promise<IteratorResult<FactsEvent, undefined>> {
    const value = this.#queue.shift();
    if (value !== undefined) {
      if (this.#full && this.#queue.length <= DRAINED) {
        this.#full = false;
        this.#flow.drained();
      }
      return Promise.resolve({ done: false, value });
    }
    if (this.#end !== undefined) {
      return this.#end.error === undefined ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(this.#end.error);
    }
    this.#waiting ??= Promise.withResolvers();
    return this.#waiting.promise;
  }

  return(): Promise<IteratorResult<FactsEvent, undefined>> {
    this.#queue.length = 0;
    this.end();
    this.#flow.left();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
