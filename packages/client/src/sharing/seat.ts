import type { Locks } from './tabs.ts';

/** The leader's seat: an exclusive lock that the browser hands on when its holder leaves, closes or crashes. */
export class Seat {
  readonly #locks: Locks;
  readonly #name: string;
  readonly #listener: { taken(): void; lost(): void };
  #leave: (() => void) | undefined;
  #held = false;

  constructor(locks: Locks, name: string, listener: { taken(): void; lost(): void }) {
    this.#locks = locks;
    this.#name = name;
    this.#listener = listener;
  }

  get held(): boolean {
    return this.#held;
  }

  /** Waits for the seat. */
  queue(): void {
    const left = new AbortController();
    this.#request({ signal: left.signal }, left);
  }

  /** Takes the seat at once, from a holder that no longer answers. */
  steal(): void {
    this.leave();
    this.#request({ steal: true }, new AbortController());
  }

  leave(): void {
    this.#leave?.();
    this.#leave = undefined;
    this.#held = false;
  }

  #request(options: { readonly steal?: true; readonly signal?: AbortSignal }, left: AbortController): void {
    const until = Promise.withResolvers<void>();
    const leave = (): void => {
      left.abort();
      until.resolve();
    };
    this.#leave = leave;
    const take = (): Promise<void> | undefined => {
      if (this.#leave !== leave) return undefined; // it was left before it was granted
      this.#held = true;
      this.#listener.taken();
      return until.promise;
    };
    this.#locks.request(this.#name, options, take).catch(() => {
      if (this.#leave !== leave) return;
      const wasHeld = this.#held;
      this.leave();
      if (wasHeld) this.#listener.lost(); // else the browser gives this page no locks, and it connects by itself
    });
  }
}
