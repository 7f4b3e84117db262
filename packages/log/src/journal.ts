import { setTimeout as wait } from 'node:timers/promises';
import { stampJson, type NewFact } from '@graphtail/facts';
import type { Redis } from 'ioredis';
import { appendRequest, offsetAfter, type ProducerPosition } from './append-request.ts';
import { pause } from './backoff.ts';
import { openLog, type AppendReply, type AppendRequest, type FactLog } from './fact-log.ts';
import { trimOwnLog } from './own-log-trim.ts';
import { SharedCall } from './shared-call.ts';
import { Snapshots } from './snapshots.ts';

export type JournalOptions = {
  /** The log keeps about this many facts. */
  readonly retainFacts: number;
  /** Facts younger than this are not trimmed. */
  readonly sparedMs?: number;
  /** Called with the number of facts that were dropped: for lack of room, or because the journal was closed. */
  readonly onDropped: (facts: number) => void;
  /** Called when appending fails (once, however often it is retried), and when it works again. */
  readonly onState: (state: 'away' | 'back', error?: Error) => void;
};

/** At most this many facts wait for Redis. */
const CAPACITY = 5_000;
const BATCH_FACTS = 100;

type Waiting = { readonly json: string; readonly time: string };

/**
 * Appends facts to one of Graphtail's own logs, to which several processes append. A fact depends on no other, so after a
 * conflict it is appended after the facts that came first. Recording never waits: at most `CAPACITY` facts wait in memory
 * until Redis takes them.
 */
export class Journal {
  readonly #log: FactLog;
  readonly #snapshots: Snapshots;
  readonly #options: JournalOptions;
  readonly #closing = new AbortController();
  readonly #waiting: Waiting[] = [];
  readonly #draining = new SharedCall(() => this.#drain());
  #position: ProducerPosition | undefined;
  #away = false;

  constructor(redis: Redis, name: string, options: JournalOptions) {
    this.#log = openLog(redis, name);
    this.#snapshots = new Snapshots(redis, this.#log);
    this.#options = options;
  }

  /** Takes a fact, and stamps it with the time of the call. Never blocks, never throws. */
  record(fact: NewFact): void {
    if (this.#waiting.length >= CAPACITY || this.#closing.signal.aborted) {
      this.#options.onDropped(1);
      return;
    }
    this.#waiting.push({ json: JSON.stringify(fact), time: new Date().toISOString() });
    void this.#draining.run();
  }

  /** Appends the facts that wait, for at most `withinMs`, and takes no more facts after that. */
  async close(withinMs: number): Promise<void> {
    const late = new AbortController();
    await Promise.race([this.#draining.underWay, wait(withinMs, undefined, { signal: late.signal }).catch(() => undefined)]);
    late.abort();
    this.#closing.abort();
    if (this.#waiting.length > 0) this.#options.onDropped(this.#waiting.length);
  }

  /** Never rejects. */
  async #drain(): Promise<void> {
    const { signal } = this.#closing;
    await Promise.resolve(); // facts recorded in this turn of the loop go into one batch
    while (this.#waiting.length > 0 && !signal.aborted) {
      const batch = this.#waiting.slice(0, BATCH_FACTS);
      if (!(await this.#appended(batch))) return;
      this.#waiting.splice(0, batch.length);
      await this.#trim(batch.length).catch(() => undefined); // the next trim that is due makes up for it
    }
  }

  /** Tries until the batch is in the log; false if the journal is closed before that. */
  async #appended(batch: readonly Waiting[]): Promise<boolean> {
    const { signal } = this.#closing;
    let request: AppendRequest | undefined; // repeated unchanged after a lost reply, so that it is not appended twice
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        this.#position ??= await this.#judged();
        request ??= requestFor(batch, this.#position);
        const reply = await this.#log.append(request);
        if (this.#away) this.#options.onState('back');
        this.#away = false;
        this.#position = positionAfter(request, reply, this.#position);
        if (reply.kind === 'appended') return true;
        request = undefined;
      } catch (error) {
        if (!this.#away) this.#options.onState('away', error as Error);
        this.#away = true;
      }
      await pause(attempt, signal).catch(() => undefined);
    }
    return false;
  }

  async #judged(): Promise<ProducerPosition> {
    const { epoch, head, headBatchId } = await this.#log.state();
    return { epoch, head, batchId: headBatchId };
  }

  async #trim(appended: number): Promise<void> {
    const { retainFacts, sparedMs } = this.#options;
    await trimOwnLog(this.#log, this.#snapshots, { head: this.#position!.head, appended, retainFacts, sparedMs });
  }
}

function requestFor(batch: readonly Waiting[], after: ProducerPosition): AppendRequest {
  const texts = batch.map(({ json, time }, index) => stampJson(json, offsetAfter(after, index), time));
  return appendRequest(texts, after);
}

function positionAfter(request: AppendRequest, reply: AppendReply, before: ProducerPosition): ProducerPosition {
  if (reply.kind === 'conflict') return { epoch: reply.epoch, head: reply.head, batchId: reply.headBatchId };
  return { epoch: before.epoch, head: request.through, batchId: request.batchId };
}
