import { setTimeout as wait } from 'node:timers/promises';
import type { Offset } from '@graphtail/facts';
import { Producer, ProducerConflict, decodeFacts, type FactLog } from '@graphtail/log';
import { factsNamed } from './log.ts';

/** Appends one fact after the other, whatever happens to Redis, and knows what was acknowledged. */
export class LogWriter {
  readonly acknowledged = new Map<string, Offset>();
  readonly #log: FactLog;
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;

  constructor(log: FactLog) {
    this.#log = log;
    this.#done = this.#write();
  }

  async #write(): Promise<void> {
    const { signal } = this.#stop;
    const producer = new Producer(this.#log);
    for (let i = 0; !signal.aborted;) {
      try {
        if (producer.position === undefined) {
          const { epoch, head, headBatchId } = await this.#log.state();
          producer.moveTo({ epoch, head, batchId: headBatchId });
        }
        const name = `n${String(i)}`;
        await producer.append([factsNamed(name)], ({ through }) => this.acknowledged.set(name, through), signal);
        i++;
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof ProducerConflict)) await wait(20);
        const state = await this.#log.state().catch(() => undefined);
        if (state !== undefined) producer.moveTo({ epoch: state.epoch, head: state.head, batchId: state.headBatchId });
      }
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }
}

/** The names of all facts that a log holds, in order. */
export async function namesIn(log: FactLog): Promise<string[]> {
  const names: string[] = [];
  for (let cursor: Offset = (await log.state()).floor; ;) {
    const page = await log.readAfter(cursor);
    for (const batch of page.batches) {
      names.push(...decodeFacts(batch, cursor).map((fact) => fact.entity_id.replace('m.ts#', '')));
      cursor = batch.through;
    }
    if (page.caughtUp) return names;
  }
}
