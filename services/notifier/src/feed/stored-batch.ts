import { FACT_SEPARATOR, epochOf, seqOf, splitPayload, type Offset } from '@graphtail/facts';
import { LogDamaged, continues, offsetInBatch, type Batch } from '@graphtail/log';
import { readKeys, type FactKeys } from './fact-keys.ts';
import type { Encoder, Packet } from '../wire/encoders.ts';
import { cdcEventMessage, factsMessage, type Message } from '../wire/frames.ts';

/** A batch as the log stored it. Its frames, facts and keys are derived once, for all subscribers. */
export class StoredBatch {
  readonly graph: string;
  readonly batch: Batch;
  readonly epoch: number;
  readonly prevSeq: number;
  readonly throughSeq: number;
  #facts: readonly string[] | undefined;
  #keys: readonly FactKeys[] | undefined;
  readonly #packets: { readonly encoder: Encoder; readonly each: boolean; readonly packet: Packet }[] = [];

  constructor(graph: string, batch: Batch) {
    this.graph = graph;
    this.batch = batch;
    this.epoch = epochOf(batch.through);
    this.prevSeq = seqOf(batch.prev);
    this.throughSeq = seqOf(batch.through);
  }

  continues(cursor: Offset): boolean {
    return continues(this.batch, cursor);
  }

  /** Each fact as JSON text. */
  get facts(): readonly string[] {
    return (this.#facts ??= splitPayload(this.batch.payload));
  }

  /** @throws {LogDamaged} if an entry is not a fact: a producer's mistake, which no digest reveals. */
  get keys(): readonly FactKeys[] {
    return (this.#keys ??= this.#readKeys());
  }

  #readKeys(): readonly FactKeys[] {
    const { through, batchId } = this.batch;
    try {
      return this.facts.map(readKeys);
    } catch {
      throw new LogDamaged({ through, batchId, reason: 'it holds what is not a fact' }, through);
    }
  }

  /** Index, from 0, of the fact that comes right after a cursor that the batch continues. */
  indexAfter(cursor: Offset): number {
    return cursor === this.batch.prev ? 0 : seqOf(cursor) - this.prevSeq;
  }

  /** The offset of the fact at an index; for index −1, the offset before the batch. */
  offsetAt(index: number): Offset {
    return index < 0 ? this.batch.prev : offsetInBatch(this.batch, index);
  }

  /** The whole batch for a subscriber at its `prev`; the same bytes for all of a transport. @param each one message for each fact */
  packet(encoder: Encoder, each: boolean): Packet {
    const made = this.#packets.find((candidate) => candidate.encoder === encoder && candidate.each === each);
    if (made !== undefined) return made.packet;
    const packet = encoder.encode(each ? this.#everyFact() : [this.#whole()]);
    this.#packets.push({ encoder, each, packet });
    return packet;
  }

  #whole(): Message {
    const { prev, through, appendedAt, payload } = this.batch;
    return factsMessage(this.graph, prev, through, appendedAt, payload);
  }

  #everyFact(): Message[] {
    return this.facts.map((fact, i) => cdcEventMessage(this.offsetAt(i - 1), this.offsetAt(i), fact));
  }

  /** Some of its facts, by index, in one frame. The frame says that everything from `prev` up to `through` was considered. */
  selection(indices: readonly number[], prev: Offset, through: Offset): Message {
    const payload = indices.map((i) => this.facts[i]).join(FACT_SEPARATOR);
    return factsMessage(this.graph, prev, through, this.batch.appendedAt, payload);
  }

  /** Some of its facts, by index, each a message of its own, chained from `prev`. */
  selectionOfEach(indices: readonly number[], prev: Offset): Message[] {
    return indices.map((index, i) => {
      const before = i === 0 ? prev : this.offsetAt(indices[i - 1]!);
      return cdcEventMessage(before, this.offsetAt(index), this.facts[index]!);
    });
  }
}
