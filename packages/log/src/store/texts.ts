/** Size of a chunk in bytes. A longer text has a chunk of its own. */
const CHUNK = 1024 * 1024;

/** Texts as UTF-8, one after another in large chunks. A text that was added is never changed. */
export class Texts {
  readonly #chunks: Buffer[] = [];
  #used = CHUNK;

  /** Adds a text. @returns its place; its length in bytes is {@link lastBytes} */
  add(text: string): number {
    const most = text.length * 3;
    let chunk = this.#chunks.at(-1);
    if (chunk === undefined || chunk.length - this.#used < most) {
      const size = Buffer.byteLength(text);
      if (chunk === undefined || chunk.length - this.#used < size) chunk = this.#open(size);
    }
    return this.#place(chunk.write(text, this.#used));
  }

  /** Adds a text that is UTF-8 already. @returns its place */
  addBytes(bytes: Uint8Array): number {
    let chunk = this.#chunks.at(-1);
    if (chunk === undefined || chunk.length - this.#used < bytes.length) chunk = this.#open(bytes.length);
    chunk.set(bytes, this.#used);
    return this.#place(bytes.length);
  }

  /** Length in bytes of the text that was added last. */
  lastBytes = 0;

  text(at: number, bytes: number): string {
    const from = at % CHUNK;
    return this.#chunks[chunkOf(at)]!.toString('utf8', from, from + bytes);
  }

  bytes(at: number, bytes: number): Uint8Array {
    const from = at % CHUNK;
    return this.#chunks[chunkOf(at)]!.subarray(from, from + bytes);
  }

  #open(size: number): Buffer {
    const chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK, size));
    this.#chunks.push(chunk);
    this.#used = 0;
    return chunk;
  }

  #place(bytes: number): number {
    const at = (this.#chunks.length - 1) * CHUNK + this.#used;
    this.#used += bytes;
    this.lastBytes = bytes;
    return at;
  }
}

function chunkOf(at: number): number {
  return Math.floor(at / CHUNK);
}
