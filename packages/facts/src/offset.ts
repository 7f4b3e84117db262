/**
 * A fact's place in its log: `<epoch>-<seq>`, both integers below 2^53.
 * `seq` is contiguous within a log and never restarts. `epoch` is the log's incarnation.
 */
declare const offsetBrand: unique symbol;
export type Offset = string & { readonly [offsetBrand]: true };

export type OffsetParts = { readonly epoch: number; readonly seq: number };

/** The offset before the first fact: the cursor of a consumer that has consumed nothing. */
export const ORIGIN = '0-0' as Offset;

const PATTERN = /^(0|[1-9]\d{0,15})-(0|[1-9]\d{0,15})$/;

export function isOffset(text: string): text is Offset {
  const match = PATTERN.exec(text);
  return match !== null && Number.isSafeInteger(Number(match[1])) && Number.isSafeInteger(Number(match[2]));
}

/** @throws {RangeError} if the text is not `<epoch>-<seq>` with both parts below 2^53 */
export function parseOffset(text: string): Offset {
  if (!isOffset(text)) throw new RangeError(`not an offset: ${JSON.stringify(text.slice(0, 64))}`);
  return text;
}

export function offset(epoch: number, seq: number): Offset {
  return `${String(epoch)}-${String(seq)}` as Offset;
}

export function epochOf(at: Offset): number {
  return Number(at.slice(0, at.indexOf('-')));
}

export function seqOf(at: Offset): number {
  return Number(at.slice(at.indexOf('-') + 1));
}

export function partsOf(at: Offset): OffsetParts {
  return { epoch: epochOf(at), seq: seqOf(at) };
}

/** Numeric order: by epoch, then by seq. Negative if `a` comes first. */
export function compareOffsets(a: Offset, b: Offset): number {
  return epochOf(a) - epochOf(b) || seqOf(a) - seqOf(b);
}

/** A place as people are shown it, such as `#1042`: the offset of that seq in the newest timeline. */
export type Place = `#${number}`;

/** An offset as people are shown it. */
export function placeOf(at: Offset): Place {
  return `#${seqOf(at)}`;
}

/** The seq of a place; undefined if the text is no place. */
export function seqOfPlace(text: string): number | undefined {
  const seq = /^#(0|[1-9]\d{0,15})$/.exec(text)?.[1];
  return seq === undefined || !Number.isSafeInteger(Number(seq)) ? undefined : Number(seq);
}

export function isPlace(text: string): text is Place {
  return seqOfPlace(text) !== undefined;
}

/**
 * The offset of a seq in the newest timeline. It may lie past the head or below the floor.
 * @param epochs of the log, the oldest first, each with the offset that it started from
 */
export function offsetInNewest(epochs: readonly { readonly epoch: number; readonly prev: Offset }[], seq: number): Offset {
  if (seq === 0) return ORIGIN;
  const holder = epochs.findLast(({ prev }) => seqOf(prev) < seq) ?? epochs[0];
  return offset(holder?.epoch ?? 0, seq);
}
