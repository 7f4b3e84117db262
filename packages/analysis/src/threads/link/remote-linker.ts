import { unpack, type FileOutput } from './packed-files.ts';
import type { LinkReply, LinkRequest, Telling } from './protocol.ts';

/** How a linker's handle receives messages from the thread. */
export interface LinkPort {
  replied(reply: LinkReply): void;
  lost(error: Error): void;
}

export interface LinkChannel {
  /** @returns a promise that resolves when the sender may send more; undefined if it may do so at once */
  send(request: LinkRequest): Promise<void> | undefined;
  open(port: LinkPort): void;
  close(): void;
}

/** Steps that are requested before the first one is answered, so that the linking thread never waits for this thread. */
const AHEAD = 3;

interface Call {
  readonly number: number;
  replies: LinkReply[];
  wake: () => void;
}

/**
 * A linker in the linking thread, with the same set() and delete(). A call yields its output a few files at a time, as fast as the
 * caller reads it. A caller that stops reading cancels the call, and the next call continues. Only one call can run at a time.
 */
export class RemoteLinker {
  readonly #number: number;
  readonly #channel: LinkChannel;
  #calls = 0;
  #call: Call | undefined;
  /** Why everything that was set is lost; undefined if it is not. */
  #loss: Error | undefined;

  constructor(number: number, channel: LinkChannel) {
    this.#number = number;
    this.#channel = channel;
    channel.open({
      replied: (reply) => {
        if (this.#call?.number !== reply.call) return;
        this.#call.replies.push(reply);
        this.#call.wake();
      },
      lost: (error) => {
        this.#loss = error;
        this.#call?.wake();
      },
    });
  }

  /** Whether everything that was set is lost, with the thread or after an error. After forget(), the caller can set files again. */
  get isLost(): boolean {
    return this.#loss !== undefined;
  }

  /**
   * @param json the file's extraction
   * @returns a promise that resolves when the caller should set the next file; undefined if it may do so at once
   */
  set(path: string, json: string): Promise<void> | undefined {
    return this.#channel.send({ kind: 'set', linker: this.#number, path, json });
  }

  delete(path: string): void {
    void this.#channel.send({ kind: 'delete', linker: this.#number, path });
  }

  /** Removes everything that was set. */
  forget(): void {
    this.#loss = undefined;
    void this.#channel.send({ kind: 'forget', linker: this.#number });
  }

  close(): void {
    this.#channel.close();
  }

  /**
   * Links what has changed. `telling` decides which files it yields. `nothing`: none; they are left to the next call. `touched`: the
   * files that may have changed since they were last yielded. `all`: every file. If nothing has been linked before, `all` yields each
   * file as soon as it is linked, and once more with its routes and seams if it has any.
   *
   * @returns how many files may have other output than when they were last yielded
   * @throws the signal's reason, or the reason why everything that was set is lost, in this call or before it
   */
  async *link(
    telling: Telling,
    signal: AbortSignal,
    onStep: (filesDone: number) => void = () => undefined,
  ): AsyncGenerator<readonly [path: string, output: FileOutput], number, void> {
    const call: Call = { number: ++this.#calls, replies: [], wake: () => undefined };
    this.#call = call;
    const onAbort = (): void => call.wake();
    signal.addEventListener('abort', onAbort);
    const ask = (): void => void this.#channel.send({ kind: 'step', linker: this.#number, call: call.number, telling });
    try {
      // If everything is lost, a new thread would answer that there are no files.
      for (let i = 0; i < AHEAD && !this.isLost; i++) ask();
      for (;;) {
        signal.throwIfAborted();
        if (this.#loss !== undefined) throw this.#loss;
        const reply = call.replies.shift();
        if (reply === undefined) {
          await new Promise<void>((resolve) => (call.wake = resolve));
          continue;
        }
        if (reply.error !== undefined) {
          this.#loss = new Error(reply.error);
          throw this.#loss;
        }
        onStep(reply.done);
        yield* unpack(reply.files);
        if (reply.touched !== undefined) return reply.touched;
        ask();
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#call = undefined;
    }
  }
}
