import type { Offset } from '@graphtail/facts';
import { ApiError } from './api-error.ts';
import { RunningReceipt, type Receipt, type ReceiptVerdict } from './running-receipt.ts';

/** The shortest time between comparisons. A comparison costs the server two reads. */
const AT_MOST_EVERY_MS = 10_000;

/** Keeps evidence of what a subscription received, and compares it with the log's receipt of the same range. */
export class ReceiptKeeper {
  readonly #ask: (ours: Receipt) => Promise<Receipt>;
  readonly #running = new RunningReceipt();
  #proved: Offset | undefined;
  #comparedAt = -Infinity;

  /** @param ask returns the log's receipt of the same range; rejects with an `ApiError` */
  constructor(ask: (ours: Receipt) => Promise<Receipt>) {
    this.#ask = ask;
  }

  /** Up to this offset, what was received is what the log holds. */
  get proved(): Offset | undefined {
    return this.#proved;
  }

  /** Undefined if nothing was received. */
  get value(): Receipt | undefined {
    return this.#running.value;
  }

  add(prev: Offset, through: Offset, raw: readonly string[]): void {
    this.#running.add(prev, through, raw);
  }

  /** @throws {ApiError} if the server does not answer the question */
  async compare(): Promise<ReceiptVerdict> {
    const ours = this.value;
    if (ours === undefined) return { status: 'unknown', why: 'nothing received yet' };
    try {
      const theirs = await this.#ask(ours);
      if (theirs.count !== ours.count || theirs.digest !== ours.digest) return { status: 'differs', ours, theirs };
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409) throw error;
      this.#running.restart(ours.to); // the log no longer holds that range, so the evidence starts again here
      return { status: 'unknown', why: error.message };
    }
    this.#proved = ours.to;
    return { status: 'proved', receipt: ours };
  }

  /**
   * Compares in the background. Undefined if nothing new was received, the last comparison was less than 10 s ago, or there is no verdict
   * this time.
   */
  async compareNowAndThen(now: number): Promise<Exclude<ReceiptVerdict, { status: 'unknown' }> | undefined> {
    if (this.value === undefined || this.value.to === this.#proved || now - this.#comparedAt < AT_MOST_EVERY_MS) return undefined;
    this.#comparedAt = now;
    const verdict = await this.compare().catch(() => undefined);
    return verdict?.status === 'unknown' ? undefined : verdict;
  }
}
