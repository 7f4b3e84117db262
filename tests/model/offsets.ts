/** Offsets and epochs as small integers, which compare as the real ones do: by epoch, then by seq. */
export const SEQS = 16;
export const IDS = 64;
export const ORIGIN = 0;

export function offsetOf(epoch: number, seq: number): number {
  return epoch * SEQS + seq;
}

export function epochOf(offset: number): number {
  return Math.floor(offset / SEQS);
}

export function seqOf(offset: number): number {
  return offset % SEQS;
}

/** An epoch's number: a second, and a hash of the server's two ids that is different for every pair of them. */
export function epochNumber(second: number, run: number, replid: number): number {
  return second * IDS + ((run * 8 + replid) % IDS);
}

export function secondOf(epoch: number): number {
  return Math.floor(epoch / IDS);
}
