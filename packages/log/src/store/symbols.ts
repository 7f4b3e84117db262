import { FEWEST, grown, moreThan } from './arrays.ts';

const encoder = new TextEncoder();
let scratch = new Uint8Array(4096);
/** Begins the bytes of a text without a UTF-8 form, one with half of a surrogate pair. No UTF-8 text has this byte. */
const ESCAPED = 0xff;

/**
 * Strings that many entities share, each kept once as UTF-8 under a number. Numbers count from 0. To find a string among them needs
 * only its bytes, so that reading a fact makes no string.
 */
export class Symbols {
  /** All texts, one after another. */
  #bytes = new Uint8Array(4096);
  /** By number: where the text begins. The next one begins where it ends. */
  #starts = new Int32Array(FEWEST);
  #hashes = new Int32Array(FEWEST);
  /** A hash table with linear probing, of numbers + 1. */
  #slots = new Int32Array(1024);
  #size = 0;
  /** By number: texts that were asked for. */
  readonly #texts: (string | undefined)[] = [];

  get size(): number {
    return this.#size;
  }

  /** The number of a text, which is added if it is new. */
  numberOf(text: string): number {
    return this.numberOfBytes(scratch, 0, encode(text));
  }

  /** The number of a text; -1 if it was never added. */
  find(text: string): number {
    const length = encode(text);
    const slot = this.#slotOf(scratch, 0, length, hash(scratch, 0, length));
    return this.#slots[slot]! - 1;
  }

  /** The number of the text in a part of the given bytes, which is added if it is new. */
  numberOfBytes(bytes: Uint8Array, from: number, to: number): number {
    const hashed = hash(bytes, from, to);
    const slot = this.#slotOf(bytes, from, to, hashed);
    const known = this.#slots[slot]!;
    return known === 0 ? this.#add(bytes, from, to, hashed, slot) : known - 1;
  }

  /** Whether the text of a number is what a part of the given bytes says. */
  is(number: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = this.#starts[number]!;
    const length = to - from;
    if (this.#starts[number + 1]! - start !== length) return false;
    const own = this.#bytes;
    for (let i = 0; i < length; i++) if (own[start + i] !== bytes[from + i]) return false;
    return true;
  }

  text(number: number): string {
    return (this.#texts[number] ??= decode(this.bytesOf(number)));
  }

  bytesOf(number: number): Uint8Array {
    return this.#bytes.subarray(this.#starts[number], this.#starts[number + 1]);
  }

  #slotOf(bytes: Uint8Array, from: number, to: number, hashed: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hashed & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot]! - 1;
      if (number < 0 || (this.#hashes[number] === hashed && this.is(number, bytes, from, to))) return slot;
    }
  }

  #add(bytes: Uint8Array, from: number, to: number, hashed: number, slot: number): number {
    const number = this.#size++;
    if (number + 1 >= this.#starts.length) {
      this.#starts = grown(this.#starts, moreThan(number + 1));
      this.#hashes = grown(this.#hashes, moreThan(number + 1));
    }
    const start = this.#starts[number]!;
    const end = start + to - from;
    if (end > this.#bytes.length) this.#bytes = grown(this.#bytes, moreThan(end));
    for (let i = from; i < to; i++) this.#bytes[start + i - from] = bytes[i]!;
    this.#starts[number + 1] = end;
    this.#hashes[number] = hashed;
    this.#slots[slot] = number + 1;
    if (2 * this.#size > this.#slots.length) this.#rehash();
    return number;
  }

  #rehash(): void {
    this.#slots = new Int32Array(2 * this.#slots.length);
    const mask = this.#slots.length - 1;
    for (let number = 0; number < this.#size; number++) {
      let slot = this.#hashes[number]! & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = number + 1;
    }
  }
}

/** Writes the bytes that stand for a text into `scratch` and returns their number. */
function encode(text: string): number {
  if (!text.isWellFormed()) {
    const length = encode(JSON.stringify(text));
    scratch.copyWithin(1, 0, length);
    scratch[0] = ESCAPED;
    return length + 1;
  }
  if (text.length * 3 >= scratch.length) scratch = new Uint8Array(text.length * 4);
  return encoder.encodeInto(text, scratch).written;
}

function decode(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return bytes[0] === ESCAPED ? (JSON.parse(text.toString('utf8', 1)) as string) : text.toString();
}

function hash(bytes: Uint8Array, from: number, to: number): number {
  let hashed = to - from;
  let at = from;
  for (; at + 4 <= to; at += 4) {
    const block = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    hashed = Math.imul(hashed ^ block, 0x9e3779b1);
    hashed ^= hashed >>> 15;
  }
  for (; at < to; at++) hashed = Math.imul(hashed ^ bytes[at]!, 0x01000193);
  hashed = Math.imul(hashed ^ (hashed >>> 16), 0x85ebca6b);
  return hashed ^ (hashed >>> 13);
}
