import { ORIGIN, epochOf, seqOf, type Offset } from '@graphtail/facts';
import { CursorRefused, type Refusal, type Verdict } from '@graphtail/log';
import type { Follower } from '../../feed/graph-feed.ts';
import type { Source } from '../../feed/source.ts';
import type { StoredBatch } from '../../feed/stored-batch.ts';
import { Window } from '../../feed/window.ts';
import { batchAfter, offsetsOf } from './model-facts.ts';

type Question = { answer: (() => void) | undefined; readonly read: () => () => void; readonly reject: (error: Error) => void };

/**
 * A log in memory, with a feed's tail. The tail may lag, and its window is short. The log may lose its last facts, and it may be trimmed.
 * A question to the log is read and answered only when the spec says so, and the log may change between the two.
 */
export class ModelLog implements Source {
  #batches: StoredBatch[] = [];
  #floor: Offset = ORIGIN;
  #epoch = 1;
  /** Where each epoch that a loss ended parted from the log. */
  readonly #endOf = new Map<number, Offset>();
  readonly #window = new Window(Infinity, 3);
  /** How far the tail has read; undefined while it does not know a place. */
  #position: Offset | undefined;
  #seenEpoch = 1;
  #head: Offset = ORIGIN;
  #questions: Question[] = [];
  follower: Follower | undefined;

  /** As the tail knows it. */
  get head(): Offset {
    return this.#head;
  }

  get logHead(): Offset {
    return this.#batches.at(-1)?.batch.through ?? ORIGIN;
  }

  get floor(): Offset {
    return this.#floor;
  }

  /** The offsets of all facts, trimmed ones included. */
  get facts(): Offset[] {
    return this.#batches.flatMap(offsetsOf);
  }

  get hasQuestions(): boolean {
    return this.#questions.length > 0;
  }

  append(count: number): void {
    this.#batches.push(batchAfter(this.logHead, this.#epoch, count));
  }

  openEpoch(): void {
    this.#epoch += 1;
  }

  /** The log loses its last batches, down to its floor at most; an epoch opens. */
  lose(batches: number): void {
    const kept = this.#batches.slice(0, Math.max(0, this.#batches.length - batches));
    const end = kept.at(-1)?.batch.through ?? ORIGIN;
    if (seqOf(end) < seqOf(this.#floor)) return;
    this.#batches = kept;
    for (let epoch = epochOf(end); epoch <= this.#epoch; epoch++) {
      const known = this.#endOf.get(epoch);
      if (known === undefined || seqOf(end) < seqOf(known)) this.#endOf.set(epoch, end);
    }
    this.openEpoch();
  }

  /** Removes the oldest batches that are still retained. */
  trim(batches: number): void {
    const retained = this.#batches.filter(({ throughSeq }) => throughSeq > seqOf(this.#floor));
    this.#floor = retained[Math.min(batches, retained.length) - 1]?.batch.through ?? this.#floor;
  }

  holds(cursor: Offset): boolean {
    return cursor === ORIGIN || this.facts.includes(cursor);
  }

  /** The tail has to find its place again. */
  loseTail(): void {
    this.#window.clear();
    this.#position = undefined;
  }

  /** Reads one more batch, or notices a new epoch, as a feed does. Returns false if there was nothing to do. */
  tail(): boolean {
    if (this.#position === undefined || !this.holds(this.#position)) {
      this.#window.clear();
      this.#position = this.#head = this.logHead;
      this.#seenEpoch = this.#epoch;
      void this.follower?.recheck();
      this.follower?.wake();
      return true;
    }
    const next = this.#batches.find(({ batch }) => batch.prev === this.#position);
    const epoch = next?.epoch ?? this.#epoch;
    const hasStepped = epoch !== this.#seenEpoch;
    this.#seenEpoch = epoch;
    if (hasStepped && this.follower?.scanned !== this.#position) void this.follower?.recheck();
    if (next === undefined) return hasStepped;
    this.#window.push(next);
    this.#position = this.#head = next.batch.through;
    this.follower?.wake();
    return true;
  }

  after(cursor: Offset): ReturnType<Source['after']> {
    if (this.#position === undefined) return 'unknown';
    if (cursor === this.#position) return 'nothing';
    return this.#window.after(cursor) ?? (seqOf(cursor) > seqOf(this.#position) ? 'ahead' : 'older');
  }

  page(cursor: Offset): Promise<readonly StoredBatch[]> {
    return this.#ask<readonly StoredBatch[]>(() => {
      const refusal = this.refusalOf(cursor);
      if (refusal !== undefined) return { error: new CursorRefused(refusal) };
      const first = this.#batches.findIndex((stored) => stored.continues(cursor));
      return { value: first < 0 ? [] : this.#batches.slice(first, first + 2) };
    });
  }

  judge(cursor: Offset): Promise<Verdict> {
    return this.#ask(() => ({ value: this.#verdictOf(cursor) }));
  }

  #verdictOf(cursor: Offset): Verdict {
    const state = {
      epoch: this.#epoch,
      head: this.logHead,
      floor: this.#floor,
      headBatchId: '',
      digest: '',
      appendedAt: 0,
      entries: 0,
      bytes: 0,
    };
    const refusal = this.refusalOf(cursor);
    return refusal === undefined ? { ok: true, ...state } : { ok: false, refusal, ...state };
  }

  /** Why the log refuses a cursor; undefined if the cursor holds. */
  refusalOf(cursor: Offset): Refusal | undefined {
    const [floor, head] = [this.#floor, this.logHead];
    const common = { message: '', retryable: false, earliest: floor, head, floor };
    if (!this.holds(cursor)) {
      const divergedAt = this.#endOf.get(epochOf(cursor))!;
      return { ...common, code: 'LOG_TRUNCATED', divergedAt, resumeAt: seqOf(divergedAt) < seqOf(floor) ? floor : divergedAt };
    }
    return seqOf(cursor) < seqOf(floor) ? { ...common, code: 'CURSOR_TOO_OLD', resumeAt: floor } : undefined;
  }

  #ask<Value>(answer: () => { readonly value: Value } | { readonly error: Error }): Promise<Value> {
    const { promise, resolve, reject } = Promise.withResolvers<Value>();
    const read = (): (() => void) => {
      const found = answer();
      return () => ('value' in found ? resolve(found.value) : reject(found.error));
    };
    this.#questions.push({ answer: undefined, read, reject });
    return promise;
  }

  /** The log is read for every question that was not read yet. The answers are on their way. */
  readQuestions(): void {
    for (const question of this.#questions) question.answer ??= question.read();
  }

  /** The answers arrive, or the errors of a Redis that went away. */
  async answerQuestions(how: 'answer' | 'error'): Promise<void> {
    this.readQuestions();
    for (const { answer, reject } of this.#questions.splice(0)) {
      if (how === 'error') reject(new Error('Connection is closed.'));
      else answer!();
    }
    for (let i = 0; i < 8; i++) await Promise.resolve();
  }
}
