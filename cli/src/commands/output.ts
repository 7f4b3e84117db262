/** stdout for much text. It writes no faster than the reader reads, and reports no error if the reader stops (`| head`). */
export class Output {
  readonly #stream: NodeJS.WriteStream;
  readonly #onClosed: () => void;
  #isClosed = false;

  /** @param onClosed called once, when the reader will read no more */
  constructor(stream: NodeJS.WriteStream, onClosed: () => void = () => undefined) {
    this.#stream = stream;
    this.#onClosed = onClosed;
    stream.on('error', this.#failed);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Resolves when more may be written; with false if the reader reads no more, and the text may be lost. */
  async write(text: string): Promise<boolean> {
    if (this.#isClosed) return false;
    const taken = Promise.withResolvers<boolean>();
    return this.#stream.write(text, (error) => taken.resolve(!error)) || taken.promise;
  }

  readonly #failed = (error: NodeJS.ErrnoException): void => {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (error.code !== 'EPIPE') {
      process.exitCode = 1;
      process.stderr.write(`graphtail: stdout can't be written: ${error.message}\n`);
    }
    this.#onClosed();
  };
}
