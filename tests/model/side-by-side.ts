import {
  ORIGIN as NOWHERE,
  ZERO,
  addLanes,
  hashText,
  joinPayload,
  offset,
  parseOffset,
  seqOf as realSeqOf,
  type Offset,
} from '@graphtail/facts';
import { CursorRefused, Snapshots, openLog, type AppendRequest, type FactLog } from '@graphtail/log';
import { emptyState } from '@graphtail/facts';
import type { Redis } from 'ioredis';
import { EMPTY, NO_BATCH, contentsTo } from './data.ts';
import { append, check, commits, prune, trim, verdict, type Context, type Request, type Server } from './functions.ts';
import { ORIGIN, epochOf, offsetOf, seqOf } from './offsets.ts';
import { readAfter } from './reading.ts';
import { rulesWithout } from './rules.ts';

const HIGHEST_SEQ = 14;
const KEPT = 3;

/** Epochs are Unix seconds in units of 2^20. */
const EPOCH_UNIT = 2 ** 20;

/** The model's log and a real one, to which the same is done. Each method gives back what both answered, in the model's terms. */
export class SideBySide {
  readonly #redis: Redis;
  readonly #log: FactLog;
  readonly #context: Context = { rules: rulesWithout(), clock: 1 };
  #server: Server = { data: EMPTY, role: 'master', run: 0, replid: 0, openedHere: 0 };
  /** The real number of each of the model's epochs. */
  readonly #epochs = new Map<number, number>([[0, 0]]);
  readonly #requests: Request[] = [];
  readonly #positions = [0, 1].map(() => ({ epoch: 0, head: ORIGIN, batch: NO_BATCH }));

  constructor(redis: Redis, graph: string) {
    this.#redis = redis;
    this.#log = openLog(redis, graph);
  }

  get #data(): Server['data'] {
    return this.#server.data;
  }

  /** A producer appends batches after the place that it knows, each after the one before, answered or not; then it learns of the head. */
  async append(producer: 0 | 1, counts: readonly (1 | 2)[]): Promise<Answers> {
    const { epoch, ...place } = this.#positions[producer]!;
    let { head, batch } = place;
    const answers: Answers[] = [];
    for (const count of counts) {
      if (seqOf(head) + count > HIGHEST_SEQ) break;
      const request = {
        expectedHead: head,
        expectedBatch: batch,
        batch: this.#requests.length,
        through: offsetOf(epoch, seqOf(head) + count),
        count,
      };
      this.#requests.push(request);
      answers.push(await this.#send(request));
      [head, batch] = [request.through, request.batch];
    }
    answers.push(await this.check());
    const { meta } = this.#data;
    this.#positions[producer] = { epoch: meta!.epoch, head: meta!.head, batch: meta!.headBatch };
    return [answers.map(([expected]) => expected), answers.map(([, actual]) => actual)];
  }

  /** An append that was made before arrives again: its reply was lost, or its producer was slow. */
  async retry(index: number): Promise<Answers> {
    const request = this.#requests[index % this.#requests.length];
    return request === undefined ? this.check() : this.#send(request);
  }

  async #send(request: Request): Promise<Answers> {
    const { server, reply } = append(this.#context, this.#server, request);
    this.#server = server;
    const real = await this.#log.append(this.#real(request));
    await this.#learn();
    const { head, headBatch } = server.data.meta!;
    const expected = reply === 'appended' ? ['appended', this.#offset(request.through)] : ['conflict', this.#offset(head), name(headBatch)];
    return [expected, real.kind === 'appended' ? [real.kind, real.through] : [real.kind, real.head, real.headBatchId]];
  }

  async check(): Promise<Answers> {
    this.#server = check(this.#context, this.#server);
    const { epoch, head, headBatchId, floor, entries } = await this.#log.state();
    await this.#learn();
    const meta = this.#data.meta!;
    return [
      [this.#epochs.get(meta.epoch), this.#offset(meta.head), name(meta.headBatch), this.#offset(meta.floor), meta.entries],
      [epoch, head, headBatchId, floor, entries],
    ];
  }

  /** Judges any offset of any epoch there was; `newer`: of one that there was not. */
  async judge(place: Place): Promise<Answers> {
    this.#server = check(this.#context, this.#server);
    await this.#log.state();
    await this.#learn();
    const [cursor, real] = this.#cursor(place);
    const { code, divergedAt } = verdict(this.#context, this.#data, cursor);
    const judged = await this.#log.judge(real);
    const answer = judged.ok ? ['holds', undefined] : [judged.refusal.code, judged.refusal.divergedAt];
    return [[code, divergedAt === undefined ? undefined : this.#offset(divergedAt)], answer];
  }

  async read(place: Place): Promise<Answers> {
    await this.check();
    const [cursor, real] = this.#cursor(place);
    const { read } = readAfter(this.#context, this.#server, cursor);
    const expected =
      read.kind === 'page'
        ? [read.caughtUp, read.batches.map(({ id, prev, batch }) => [this.#offset(prev), this.#offset(id), name(batch)])]
        : read.kind === 'refused'
          ? [read.refusal.verdict.code]
          : [read.kind];
    try {
      const { caughtUp, batches } = await this.#log.readAfter(real, { entries: 2 });
      return [expected, [caughtUp, batches.map(({ prev, through, batchId }) => [prev, through, batchId])]];
    } catch (error) {
      if (!(error instanceof CursorRefused)) throw error;
      return [expected, [error.refusal.code]];
    }
  }

  async trim(place: Place): Promise<Answers> {
    await this.check();
    const [through, real] = this.#cursor(place);
    this.#server = trim(this.#context, this.#server, through, this.#data.snapshots, []);
    await this.#log.trim(real, 0).catch((error: unknown) => {
      if (!/BADREQUEST/.test(String(error))) throw error;
    });
    return this.check();
  }

  /** A snapshot of the head. */
  async save(): Promise<Answers> {
    await this.check();
    const { meta, snapshots } = this.#data;
    const { head } = meta!;
    const snapshot = { asOf: head, facts: contentsTo(this.#data, seqOf(head)) };
    const isCommitted = commits(this.#context, this.#server, snapshot);
    const list = prune(this.#context, this.#data, [...snapshots.filter(({ asOf }) => asOf !== head), snapshot], KEPT);
    if (isCommitted) this.#server = { ...this.#server, data: { ...this.#data, snapshots: list } };
    const state = await this.#log.state();
    const saved = await new Snapshots(this.#redis, this.#log).save(state.head, state.digest, emptyState());
    return [isCommitted, saved];
  }

  async flushall(): Promise<undefined> {
    this.#server = { ...this.#server, data: EMPTY };
    await this.#redis.flushall();
  }

  async deleteStream(): Promise<undefined> {
    this.#server = { ...this.#server, data: { ...this.#data, stream: [], facts: this.#data.meta === null ? [] : this.#data.facts } };
    await this.#redis.del(this.#log.keys.log);
  }

  async deleteMeta(): Promise<undefined> {
    this.#server = { ...this.#server, data: { ...this.#data, meta: null, facts: this.#data.stream.length === 0 ? [] : this.#data.facts } };
    await this.#redis.del(this.#log.keys.meta);
  }

  async deleteEpochs(): Promise<undefined> {
    this.#server = { ...this.#server, data: { ...this.#data, epochs: [] } };
    await this.#redis.del(this.#log.keys.epochs);
  }

  /** The Unix second that the newest epoch is numbered by. */
  get newestSecond(): number {
    return Math.floor(Math.max(...this.#epochs.values()) / EPOCH_UNIT);
  }

  /** The server was restarted with all its data. */
  restarted(): void {
    const { run, replid } = this.#server;
    this.#server = { ...this.#server, run: run + 2, replid: replid + 1, openedHere: 0 };
  }

  /** Both lists of epochs, each with the head that it started from. */
  async epochs(): Promise<Answers> {
    await this.check();
    const { epochs } = await this.#log.bounds();
    return [
      this.#data.epochs.map(({ epoch, prev }) => [this.#epochs.get(epoch), this.#offset(prev)]),
      epochs.map(({ epoch, prev }) => [epoch, prev]),
    ];
  }

  /** The real number of the epoch that has just opened; every one is above all before it. */
  async #learn(): Promise<void> {
    const { epoch } = this.#data.meta!;
    if (this.#epochs.has(epoch)) return;
    const real = Number(await this.#redis.hget(this.#log.keys.meta, 'epoch'));
    const before = Math.max(...this.#epochs.values());
    if (real <= before) throw new Error(`the new epoch ${String(real)} is not above ${String(before)}`);
    this.#epochs.set(epoch, real);
  }

  #cursor({ epoch, seq }: Place): [number, Offset] {
    if (seq === 0) return [ORIGIN, NOWHERE];
    const all = [...this.#epochs.entries()].slice(1);
    const newest = all.at(-1)!;
    const [model, real] = epoch === 'newer' ? [newest[0] + 1, newest[1] + 1] : all[epoch % all.length]!;
    return [offsetOf(model, seq), offset(real, seq)];
  }

  #offset(modelled: number): Offset {
    return modelled === ORIGIN ? NOWHERE : offset(this.#epochs.get(epochOf(modelled)) ?? -1, seqOf(modelled));
  }

  #real({ expectedHead, expectedBatch, batch, through, count }: Request): AppendRequest {
    const at = this.#offset(through);
    const epoch = Number(at.slice(0, at.indexOf('-')));
    const facts = Array.from({ length: count }, (_, i) => JSON.stringify({ offset: offset(epoch, realSeqOf(at) - count + 1 + i), batch }));
    return {
      expectedHead: parseOffset(this.#offset(expectedHead)),
      expectedBatchId: name(expectedBatch),
      batchId: name(batch),
      through: offset(epoch, realSeqOf(at)),
      count,
      sum: facts.reduce((sum, fact) => addLanes(sum, hashText(fact)), ZERO),
      payload: joinPayload(facts),
    };
  }
}

/** What the model answers, and what the real log did. */
export type Answers = readonly [expected: unknown, actual: unknown];

export type Place = { readonly epoch: number | 'newer'; readonly seq: number };

function name(batch: number): string {
  return batch === NO_BATCH ? '' : `b${String(batch)}`;
}
