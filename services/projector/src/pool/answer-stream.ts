/** The chunks of an answer that is under way from the thread to a client. */
export class AnswerStream implements AsyncIterable<Uint8Array> {
  readonly #taken: () => void;
  readonly #chunks: Uint8Array[] = [];
  #state: 'open' | 'ended' | Error = 'open';
  #arrived: PromiseWithResolvers<void> | undefined;

  /** @param taken called for each chunk that the client has taken */
  constructor(taken: () => void) {
    this.#taken = taken;
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#arrived?.resolve();
  }

  end(): void {
    if (this.#state === 'open') this.#state = 'ended';
    this.#arrived?.resolve();
  }

  fail(error: Error): void {
    if (this.#state === 'open') this.#state = error;
    this.#arrived?.resolve();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) {
        this.#taken();
        yield chunk;
        continue;
      }
      if (this.#state instanceof Error) throw this.#state;
      if (this.#state === 'ended') return;
      this.#arrived = Promise.withResolvers();
      await this.#arrived.promise;
    }
  }
}
