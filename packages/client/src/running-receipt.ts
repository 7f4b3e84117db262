import { ZERO, addLanes, hashText, lanesToHex, type Lanes, type Offset } from '@graphtail/facts';

/** Evidence of an unbroken range (from, to]: the number of facts, and the sum of their hashes, 16 hex digits. */
export type Receipt = { readonly from: Offset; readonly to: Offset; readonly count: number; readonly digest: string };

/** The result of comparing what was received with the log's receipt of the same range. */
export type ReceiptVerdict =
  | { readonly status: 'proved'; readonly receipt: Receipt }
  | { readonly status: 'differs'; readonly ours: Receipt; readonly theirs: Receipt }
  /** A filter left out facts, nothing was received yet, or the log no longer holds the range. */
  | { readonly status: 'unknown'; readonly why: string };

/** Adds up what was received. Starts again if new facts do not continue the earlier ones. */
export class RunningReceipt {
  #from: Offset | undefined;
  #to: Offset | undefined;
  #count = 0;
  #digest: Lanes = ZERO;

  add(prev: Offset, through: Offset, raw: readonly string[]): void {
    if (this.#to !== prev) this.restart(prev);
    for (const fact of raw) this.#digest = addLanes(this.#digest, hashText(fact));
    this.#count += raw.length;
    this.#to = through;
  }

  /** Starts again: the next facts come after this cursor. */
  restart(from: Offset): void {
    this.#from = from;
    this.#to = from;
    this.#count = 0;
    this.#digest = ZERO;
  }

  /** Undefined if nothing was received. */
  get value(): Receipt | undefined {
    if (this.#from === undefined || this.#to === undefined) return undefined;
    return { from: this.#from, to: this.#to, count: this.#count, digest: lanesToHex(this.#digest) };
  }
}
