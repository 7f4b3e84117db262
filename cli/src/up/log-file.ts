import { createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs';

const LARGEST_BYTES = 10 * 2 ** 20;

/** A service's log file. Past 10 MiB, it is renamed to `<name>.1`, and a new file begins. */
export class LogFile {
  readonly #path: string;
  #stream: WriteStream;
  #bytes: number;

  constructor(path: string) {
    this.#path = path;
    this.#bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    this.#stream = this.#open();
  }

  #open(): WriteStream {
    const stream = createWriteStream(this.#path, { flags: 'a', mode: 0o600 });
    // If the disk is full, log lines are lost, but the services keep running.
    stream.on('error', () => undefined);
    return stream;
  }

  write(text: string): void {
    this.#bytes += Buffer.byteLength(text);
    if (this.#bytes > LARGEST_BYTES) {
      this.#stream.end();
      renameSync(this.#path, `${this.#path}.1`);
      this.#stream = this.#open();
      this.#bytes = 0;
    }
    this.#stream.write(text);
  }

  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stream.end(() => resolve());
    this.#stream.once('error', () => resolve());
    await promise;
  }
}
