import type { Offset } from '@graphtail/facts';
import { ApiError } from './api-error.ts';
import { RunningReceipt, type Receipt, type ReceiptVerdict } from './running-receipt.ts';

/** Comparing costs the server two reads. */
const AT_MOST_EVERY_MS = 10_000;

/** Evidence of what a subscription received, and its comparison with what the log says of the same range. */
export class ReceiptKeeper {
  readonly #ask: (ours: Receipt) => Promise<Receipt>;
  readonly #running = new RunningReceipt();
  #proved: Offset | undefined;
  #comparedAt = -Infinity;

  /** @param ask what the log says; rejects with an `ApiError` */
  constructor(ask: (ours: Receipt) => Promise<Receipt>) {
    this.#ask = ask;
  }

  /** Through here, what was received is what the log holds. */
  get proved(): Offset | undefined {
    return this.#proved;
  }

  /** Undefined where nothing was received. */
  get value(): Receipt | undefined {
    return this.#running.value;
  }

  add(prev: Offset, through: Offset, raw: readonly string[]): void {
    this.#running.add(prev, through, raw);
  }

  /** @throws {ApiError} where the server can't be asked. */
  async compare(): Promise<ReceiptVerdict> {
    const ours = this.value;
    if (ours === undefined) return { status: 'unknown', why: 'nothing received yet' };
    try {
      const theirs = await this.#ask(ours);
      if (theirs.count !== ours.count || theirs.digest !== ours.digest) return { status: 'differs', ours, theirs };
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409) throw error;
      this.#running.restart(ours.to); // the log no longer holds that range: from here on, then
      return { status: 'unknown', why: error.message };
    }
    this.#proved = ours.to;
    return { status: 'proved', receipt: ours };
  }

  /** Compares in the background; undefined where there is nothing new, it was done a moment ago, or nobody answers: then another time. */
  async compareNowAndThen(now: number): Promise<Exclude<ReceiptVerdict, { status: 'unknown' }> | undefined> {
    if (this.value === undefined || this.value.to === this.#proved || now - this.#comparedAt < AT_MOST_EVERY_MS) return undefined;
    this.#comparedAt = now;
    const verdict = await this.compare().catch(() => undefined);
    return verdict?.status === 'unknown' ? undefined : verdict;
  }
}
