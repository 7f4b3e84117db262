import { signal } from '@angular/core';
import { ApiError, type Subscription } from '@graphtail/client';
import type { Offset } from '@graphtail/facts';
import { Paint } from './paint.ts';

/** The result of comparing the received facts in (from, through] with the log, by count and digest. */
export type Proof = {
  readonly agrees: boolean;
  readonly from: Offset;
  readonly through: Offset;
  /** Number of facts received, and number in the log. */
  readonly count: number;
  readonly held: number;
  /** Time of the comparison, in ms. */
  readonly at: number;
};

const EVERY_MS = 10_000;

/** Compares receipts in the background, on request: at most every ten seconds, and again if the server did not answer. */
export class Prover {
  readonly #subscription: () => Subscription | undefined;
  readonly #turns = new Paint(() => void this.#prove(), EVERY_MS);
  readonly #proof = signal<Proof | undefined>(undefined);
  /** The last comparison; undefined before the first. A missing answer proves nothing, so the last comparison stays. */
  readonly proof = this.#proof.asReadonly();

  constructor(subscription: () => Subscription | undefined) {
    this.#subscription = subscription;
  }

  request(): void {
    this.#turns.request();
  }

  clear(): void {
    this.#turns.cancel();
    this.#proof.set(undefined);
  }

  async #prove(): Promise<void> {
    const subscription = this.#subscription();
    if (subscription?.state !== 'live') return;
    try {
      const verdict = await subscription.verifyReceipt();
      if (subscription !== this.#subscription() || verdict.status === 'unknown') return;
      const ours = verdict.status === 'proved' ? verdict.receipt : verdict.ours;
      const theirs = verdict.status === 'proved' ? verdict.receipt : verdict.theirs;
      const { from, to: through, count } = ours;
      this.#proof.set({ agrees: verdict.status === 'proved', from, through, count, held: theirs.count, at: Date.now() });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (subscription === this.#subscription()) this.request();
    }
  }
}
