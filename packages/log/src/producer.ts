import { stampFact, stampJson, type Fact, type NewFact, type Offset } from '@graphtail/facts';
import { appendRequest, offsetAfter, type ProducerPosition } from './append-request.ts';
import { pause } from './backoff.ts';
import { GraphRemoved, ProducerConflict } from './errors.ts';
import type { AppendReply, AppendRequest, FactLog } from './fact-log.ts';

/** Groups of facts; the facts of one group stay together, e.g. the facts of one file. Groups may be computed while they are read. */
export type Groups = Iterable<readonly NewFact[]> | AsyncIterable<readonly NewFact[]>;

export type Appended = {
  readonly facts: readonly Fact[];
  readonly through: Offset;
  readonly appendedAt: number;
  readonly durationMs: number;
};

export const MAX_BATCH_FACTS = 250;
export const MAX_BATCH_BYTES = 256 * 1024;
const IN_FLIGHT = 4;

type Stamped = { readonly request: AppendRequest; readonly facts: readonly Fact[] };

/**
 * Appends facts after a known place in the log. Other producers may append to the same log. The facts of one group
 * (of one file) stay together. Batches are acknowledged one by one, in order.
 */
export class Producer {
  readonly #log: FactLog;
  readonly #onRetry: (error: Error) => void;
  readonly #replicas: number;
  #position: ProducerPosition | undefined;

  /**
   * @param onRetry called with the error of each failed attempt before the retry
   * @param replicas how many replicas must have a batch before it is acknowledged; waiting for them holds up the log's connection
   */
  constructor(log: FactLog, onRetry: (error: Error) => void = () => undefined, replicas = 0) {
    this.#log = log;
    this.#onRetry = onRetry;
    this.#replicas = replicas;
  }

  /** The place of the last acknowledged batch; undefined before `moveTo`. */
  get position(): ProducerPosition | undefined {
    return this.#position;
  }

  /** Sets the place after which this producer appends. Its owner has folded everything up to there. */
  moveTo(position: ProducerPosition): void {
    this.#position = position;
  }

  /**
   * Appends the groups in order, and calls `onAppended` for each acknowledged batch. While Redis is away it retries;
   * a retry never writes a batch twice.
   * @throws {ProducerConflict} if the head is another one. A batch that was not acknowledged may still have been written;
   * the caller sees it when it folds the log.
   */
  async append(groups: Groups, onAppended: (batch: Appended) => void, signal?: AbortSignal): Promise<void> {
    if (this.#position === undefined) throw new ProducerConflict('the producer has not judged its place yet');
    let predicted = this.#position;
    const inFlight: { stamped: Stamped; sentAt: number; reply: Promise<AppendReply | Error> }[] = [];
    const settle = async (): Promise<void> => {
      const first = inFlight.shift()!;
      let reply = await first.reply;
      for (let attempt = 0; reply instanceof Error; attempt++) {
        if (!isTransient(reply)) throw reply;
        this.#onRetry(reply);
        signal?.throwIfAborted();
        await pause(attempt, signal);
        reply = await this.#log.append(first.stamped.request, this.#replicas).catch((error: unknown) => error as Error);
      }
      if (reply.kind === 'conflict') {
        await Promise.all(inFlight.map((sent) => sent.reply));
        throw new ProducerConflict(`the head is ${reply.head}, not ${first.stamped.request.expectedHead}`);
      }
      const { through, batchId } = first.stamped.request;
      this.#position = { epoch: predicted.epoch, head: through, batchId };
      onAppended({ facts: first.stamped.facts, through, appendedAt: reply.appendedAt, durationMs: performance.now() - first.sentAt });
    };
    for await (const batch of packBatches(groups)) {
      signal?.throwIfAborted();
      const stamped = stamp(batch, predicted);
      predicted = { epoch: predicted.epoch, head: stamped.request.through, batchId: stamped.request.batchId };
      inFlight.push({
        stamped,
        sentAt: performance.now(),
        reply: this.#log.append(stamped.request, this.#replicas).catch((error: unknown) => error as Error),
      });
      if (inFlight.length >= IN_FLIGHT) await settle();
    }
    while (inFlight.length > 0) await settle();
  }
}

/** Whether the same append may succeed later: the connection broke, or Redis is full, busy, loading or no longer the master. */
function isTransient(error: Error): boolean {
  if (error instanceof GraphRemoved) return false;
  return !/^(ERR|BADREQUEST|WRONGTYPE|NOPERM|NOAUTH|WRONGPASS)/.test(error.message);
}

type Unstamped = { readonly fact: NewFact; readonly json: string; readonly bytes: number };

/** How many bytes an offset and a time add to a fact's JSON, at most. */
const STAMP_BYTES = 90;

function serialise(fact: NewFact): Unstamped {
  const json = JSON.stringify(fact);
  return { fact, json, bytes: Buffer.byteLength(json) + STAMP_BYTES };
}

/** Packs groups into batches of at most `MAX_BATCH_FACTS` and `MAX_BATCH_BYTES`. Only a group that is larger than a batch is divided. */
async function* packBatches(groups: Groups): AsyncGenerator<readonly Unstamped[]> {
  let batch: Unstamped[] = [];
  let bytes = 0;
  const fits = (count: number, more: number): boolean => batch.length + count <= MAX_BATCH_FACTS && bytes + more <= MAX_BATCH_BYTES;
  for await (const group of groups) {
    const unstamped = group.map(serialise);
    const groupBytes = unstamped.reduce((sum, one) => sum + one.bytes, 0);
    if (batch.length > 0 && !fits(group.length, groupBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    for (const one of unstamped) {
      if (batch.length > 0 && !fits(1, one.bytes)) {
        yield batch;
        batch = [];
        bytes = 0;
      }
      batch.push(one);
      bytes += one.bytes;
    }
  }
  if (batch.length > 0) yield batch;
}

function stamp(batch: readonly Unstamped[], after: ProducerPosition): Stamped {
  const time = new Date().toISOString();
  const texts = batch.map(({ json }, i) => stampJson(json, offsetAfter(after, i), time));
  return { facts: batch.map(({ fact }, i) => stampFact(fact, offsetAfter(after, i), time)), request: appendRequest(texts, after) };
}
