import { unpack, type FileOutput } from './packed-files.ts';
import type { LinkReply, LinkRequest, Telling } from './protocol.ts';

/** What the thread tells a linker's handle. */
export interface LinkPort {
  replied(reply: LinkReply): void;
  lost(error: Error): void;
}

export interface LinkChannel {
  /** Gives back when more should be sent, where that is not at once. */
  send(request: LinkRequest): Promise<void> | undefined;
  open(port: LinkPort): void;
  close(): void;
}

/** Steps that are asked for before the first has been answered, so that the thread never waits for this one. */
const AHEAD = 3;

interface Call {
  readonly number: number;
  replies: LinkReply[];
  wake: () => void;
}

/**
 * A linker in the linking thread: set() and delete() as there. What it says is handed over a few files at a time, as fast as it is taken; whoever no longer takes
 * has broken the call off, and the next one goes on. One call at a time.
 */
export class RemoteLinker {
  readonly #number: number;
  readonly #channel: LinkChannel;
  #calls = 0;
  #call: Call | undefined;
  /** Why all that was set is gone. */
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

  /** What was set is gone, with the thread or after an error: forget() begins anew. */
  get isLost(): boolean {
    return this.#loss !== undefined;
  }

  /**
   * @param json its extraction
   * @returns when the next one should be set, where that is not at once
   */
  set(path: string, json: string): Promise<void> | undefined {
    return this.#channel.send({ kind: 'set', linker: this.#number, path, json });
  }

  delete(path: string): void {
    void this.#channel.send({ kind: 'delete', linker: this.#number, path });
  }

  /** Nothing is set any more. */
  forget(): void {
    this.#loss = undefined;
    void this.#channel.send({ kind: 'forget', linker: this.#number });
  }

  close(): void {
    this.#channel.close();
  }

  /**
   * Links what has changed. `telling` decides what is handed over: `nothing` leaves it for the next call; `touched` what has changed since it was last handed over; `all`
   * everything: where nothing has been linked before, each file as soon as it is linked, and once more with its routes and seams if it has any.
   *
   * @returns of how many files something may have changed since they were last handed over
   * @throws the signal's reason, or why what was set is lost: in this call or before it
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
      // Where it is lost, another thread would say that there is nothing.
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
