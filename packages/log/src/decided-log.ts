import { decodeFact, MalformedFact, stampJson, type Fact, type NewFact, type Offset } from '@graphtail/facts';
import type { Redis } from 'ioredis';
import { appendRequest, offsetAfter } from './append-request.ts';
import { pause } from './backoff.ts';
import { sliceAfter } from './batch.ts';
import { LogDamaged } from './damage.ts';
import { CursorRefused } from './errors.ts';
import { openLog, type AppendReply, type AppendRequest, type FactLog } from './fact-log.ts';
import { trimOwnLog } from './own-log-trim.ts';
import { Snapshots } from './snapshots.ts';

/** How often an append whose reply was lost is sent again. */
const ATTEMPTS = 4;

/** A fold of a log's facts. */
export type Folded = {
  /** Folds one fact. */
  fold(fact: Fact): void;
};

export type DecidedLogOptions<State extends Folded> = {
  readonly empty: () => State;
  /** The log keeps about this many facts. */
  readonly retainFacts: number;
};

/**
 * One of Graphtail's own logs, to which several processes append facts that depend on the facts before them. A decision sees the state at
 * the head, and its facts are appended only there. If another process was faster, the decision is made again.
 */
export class DecidedLog<State extends Folded> {
  readonly #log: FactLog;
  readonly #snapshots: Snapshots;
  readonly #options: DecidedLogOptions<State>;
  #state: State;
  /** The last fact that is folded; undefined: none, the fold begins at the floor. */
  #cursor: Offset | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(redis: Redis, name: string, options: DecidedLogOptions<State>) {
    this.#log = openLog(redis, name);
    this.#snapshots = new Snapshots(redis, this.#log);
    this.#options = options;
    this.#state = options.empty();
  }

  /** Reads the state at the head. @throws {Error} if Redis is away */
  async read<Answer>(view: (state: State, head: Offset) => Answer): Promise<Answer> {
    return this.#inTurn(async () => {
      const { head } = await this.#catchUp();
      return view(this.#state, head);
    });
  }

  /**
   * Appends the facts that a decision about the state at the head returns.
   * @param decision may be called several times, and changes nothing itself
   * @throws {Error} if Redis is away
   */
  async decide<Facts extends readonly NewFact[]>(decision: (state: State) => Facts): Promise<Facts> {
    return this.#inTurn(async () => {
      for (;;) {
        const position = await this.#catchUp();
        const facts = decision(this.#state);
        if (facts.length === 0) return facts;
        const time = new Date().toISOString();
        const texts = facts.map((fact, index) => stampJson(JSON.stringify(fact), offsetAfter(position, index), time));
        const request = appendRequest(texts, position);
        if ((await this.#append(request)).kind === 'conflict') continue;
        await this.#catchUp();
        const { retainFacts } = this.#options;
        // A trim that fails is made up for by the next one that is due.
        await trimOwnLog(this.#log, this.#snapshots, { head: request.through, appended: facts.length, retainFacts }).catch(() => undefined);
        return facts;
      }
    });
  }

  async #append(request: AppendRequest): Promise<AppendReply> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#log.append(request);
      } catch (error) {
        if (attempt + 1 >= ATTEMPTS) throw error;
        await pause(attempt);
      }
    }
  }

  /** Folds what is new. Returns the place at the head. */
  async #catchUp(): Promise<{ epoch: number; head: Offset; batchId: string }> {
    for (;;) {
      const { epoch, head, headBatchId, floor } = await this.#log.state();
      this.#cursor ??= floor;
      if (this.#cursor === head) return { epoch, head, batchId: headBatchId };
      try {
        const { batches } = await this.#log.readAfter(this.#cursor);
        for (const batch of batches) {
          for (const fact of sliceAfter(batch, this.#cursor).facts.map(decodeFact)) {
            if (!(fact instanceof MalformedFact)) this.#state.fold(fact);
          }
          this.#cursor = batch.through;
        }
      } catch (error) {
        if (error instanceof LogDamaged) this.#cursor = error.damage.through;
        else if (error instanceof CursorRefused) {
          this.#cursor = undefined;
          this.#state = this.#options.empty();
        } else throw error;
      }
    }
  }

  /** One after the other: a fold must not run while another one awaits a page. */
  async #inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    await before;
    try {
      return await work();
    } finally {
      resolve();
    }
  }
}
