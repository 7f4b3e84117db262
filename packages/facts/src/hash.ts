/**
 * MurmurHash3_x86_32 (Austin Appleby, public domain) over the same UTF-8 bytes twice, with two seeds.
 * The result is a 64-bit hash in two independent 32-bit lanes. It protects against accidents, not against forgery.
 * docs/PROTOCOL.md gives test vectors for implementations in other languages.
 */
const SEED_HI = 0x67726170; // "grap"
const SEED_LO = 0x68746169; // "htai"

const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;

/** Two signed 32-bit lanes; sums wrap within each lane. */
export type Lanes = { readonly hi: number; readonly lo: number };

export const ZERO: Lanes = { hi: 0, lo: 0 };

export function addLanes(a: Lanes, b: Lanes): Lanes {
  return { hi: (a.hi + b.hi) | 0, lo: (a.lo + b.lo) | 0 };
}

export function subtractLanes(a: Lanes, b: Lanes): Lanes {
  return { hi: (a.hi - b.hi) | 0, lo: (a.lo - b.lo) | 0 };
}

function laneHex(lane: number): string {
  return (lane >>> 0).toString(16).padStart(8, '0');
}

/** 16 lower-case hex digits, the high lane first. */
export function lanesToHex(lanes: Lanes): string {
  return laneHex(lanes.hi) + laneHex(lanes.lo);
}

/** @throws {RangeError} if the text is not 16 lower-case hex digits */
export function lanesFromHex(hex: string): Lanes {
  if (!/^[0-9a-f]{16}$/.test(hex)) throw new RangeError(`not a digest: ${JSON.stringify(hex.slice(0, 32))}`);
  return { hi: parseInt(hex.slice(0, 8), 16) | 0, lo: parseInt(hex.slice(8), 16) | 0 };
}

const encoder = new TextEncoder();

/**
 * The bytes of the text that is being hashed, and the same memory in blocks of four bytes. The blocks are little-endian, like every machine
 * that runs this.
 */
let bytes = new Uint8Array(64 * 1024);
let blocks = new Int32Array(bytes.buffer);

function finish(hash: number, length: number): number {
  let h = hash ^ length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}

function scramble(block: number): number {
  const k = Math.imul(block, C1);
  return Math.imul((k << 15) | (k >>> 17), C2);
}

function mix(hash: number, scrambled: number): number {
  const h = hash ^ scrambled;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

/** Writes the text's UTF-8 bytes into `bytes` and returns their number. */
function encode(text: string): number {
  const most = text.length * 3;
  if (most > bytes.length) {
    bytes = new Uint8Array(2 ** Math.ceil(Math.log2(most)));
    blocks = new Int32Array(bytes.buffer);
  }
  return encoder.encodeInto(text, bytes).written;
}

/** Returns the hash of the text's UTF-8 bytes. */
export function hashText(text: string): Lanes {
  const length = encode(text);
  let hi = SEED_HI;
  let lo = SEED_LO;
  const whole = length >> 2;
  for (let i = 0; i < whole; i++) {
    const k = scramble(blocks[i]!);
    hi = mix(hi, k);
    lo = mix(lo, k);
  }
  const rest = whole << 2;
  if (rest < length) {
    const k = scramble(tailOf(rest, length));
    hi ^= k;
    lo ^= k;
  }
  return { hi: finish(hi, length), lo: finish(lo, length) };
}

/** Returns the high lane of the text's hash, at half the cost. One lane is enough to notice that stored bytes changed by accident. */
export function hashHighLane(text: string): number {
  const length = encode(text);
  const whole = length >> 2;
  let hash = SEED_HI;
  for (let i = 0; i < whole; i++) hash = mix(hash, scramble(blocks[i]!));
  const rest = whole << 2;
  if (rest < length) hash ^= scramble(tailOf(rest, length));
  return finish(hash, length);
}

/** The last one to three bytes as a block. */
function tailOf(from: number, length: number): number {
  let tail = 0;
  for (let i = length - 1; i >= from; i--) tail = (tail << 8) | bytes[i]!;
  return tail;
}
