import type { LinkStats } from '../link/linker.ts';
import { unpack, type FileOutput } from './packed-files.ts';
import type { LinkReply, LinkRequest, Telling } from './protocol.ts';

/** What the thread tells a linker's handle. */
export interface LinkPort {
  replied(reply: LinkReply): void;
  lost(error: Error): void;
}

export interface LinkChannel {
  send(request: LinkRequest): void;
  /** Keeps the process alive, or no longer does. */
  await(isAwaited: boolean): void;
  open(port: LinkPort): void;
  close(): void;
}

/** Steps that are asked for before the first has been answered, so that the thread never waits for this one. */
const AHEAD = 3;

export interface LinkEnd {
  readonly stats: LinkStats;
  /** Files of which something may have changed since they were last told. */
  readonly touched: number;
}

interface Call {
  readonly number: number;
  replies: LinkReply[];
  error: Error | undefined;
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
  #isLost = false;

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
        this.#isLost = true;
        if (this.#call === undefined) return;
        this.#call.error = error;
        this.#call.wake();
      },
    });
  }

  /** What was set is gone, with the thread or after an error: forget() begins anew. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** @param json its extraction */
  set(path: string, json: string): void {
    this.#channel.send({ kind: 'set', linker: this.#number, path, json });
  }

  delete(path: string): void {
    this.#channel.send({ kind: 'delete', linker: this.#number, path });
  }

  /** Nothing is set any more. */
  forget(): void {
    this.#isLost = false;
    this.#channel.send({ kind: 'forget', linker: this.#number });
  }

  close(): void {
    this.#channel.close();
  }

  /**
   * Links what has changed. `telling` decides what is handed over: `nothing` leaves it for the next call; `touched` what has changed since it was last handed over; `all`
   * everything; `eager` everything, and where nothing has been linked before, each file as soon as it is linked, and once more with its routes and seams if it has any.
   *
   * @throws the signal's reason, or that the thread failed
   */
  async *link(
    telling: Telling,
    signal: AbortSignal,
    onStep: (filesDone: number) => void = () => undefined,
  ): AsyncGenerator<readonly [path: string, output: FileOutput], LinkEnd, void> {
    const call: Call = { number: ++this.#calls, replies: [], error: undefined, wake: () => undefined };
    this.#call = call;
    const onAbort = (): void => call.wake();
    signal.addEventListener('abort', onAbort);
    const ask = (): void => this.#channel.send({ kind: 'step', linker: this.#number, call: call.number, telling });
    this.#channel.await(true);
    try {
      for (let i = 0; i < AHEAD; i++) ask();
      for (;;) {
        signal.throwIfAborted();
        if (call.error !== undefined) throw call.error;
        const reply = call.replies.shift();
        if (reply === undefined) {
          await new Promise<void>((resolve) => (call.wake = resolve));
          continue;
        }
        if (reply.error !== undefined) {
          this.#isLost = true;
          throw new Error(reply.error);
        }
        onStep(reply.done);
        yield* unpack(reply.files);
        if (reply.end !== undefined) return reply.end;
        ask();
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#call = undefined;
      this.#channel.await(false);
    }
  }
}
