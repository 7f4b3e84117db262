import {
  ORIGIN,
  ZERO,
  epochOf,
  lanesFromHex,
  lanesToHex,
  offset,
  offsetInNewest,
  parseOffset,
  seqOf,
  type CursorCode,
  type Lanes,
  type Offset,
} from '@graphtail/facts';
import type { Redis } from 'ioredis';
import { ENTRY_VERSION, continues, isContiguous, type Batch, type StreamEntry } from './batch.ts';
import { LogDamaged, soundEntries, type Sound } from './damage.ts';
import { DamageNotes } from './damage-notes.ts';
import { readEntry } from './entry.ts';
import { CursorRefused, NotReplicated, asMeant, type Refusal } from './errors.ts';
import { logKeys, type LogKeys } from './keys.ts';
import { callFunction, callReplicated, functionName, isMissingFunction, loadLibrary } from './library.ts';
import type { Position } from './position.ts';

/** The log's metadata in its open epoch. */
export type LogState = {
  readonly epoch: number;
  readonly head: Offset;
  readonly headBatchId: string;
  readonly floor: Offset;
  /** Running digest at the head, 16 hex digits. */
  readonly digest: string;
  /** Redis time of the last append, in ms since 1970; 0 if there was none. */
  readonly appendedAt: number;
  /** How many batches are retained. */
  readonly entries: number;
  /** How many payload bytes were ever appended. */
  readonly bytes: number;
};

export type Verdict = ({ readonly ok: true } | { readonly ok: false; readonly refusal: Refusal }) & LogState;

export type Epoch = { readonly epoch: number; readonly prev: Offset; readonly openedAt: number; readonly reason: string };

export type Bounds = {
  readonly epoch: number;
  readonly epochs: readonly Epoch[];
  readonly earliest: Offset;
  readonly floor: Offset;
  readonly head: Offset;
  readonly facts: number;
  readonly bytes: number;
  readonly firstAppendedAt?: number;
  readonly lastAppendedAt?: number;
};

export type Page = {
  readonly batches: readonly Batch[];
  readonly head: Offset;
  readonly floor: Offset;
  readonly epoch: number;
  readonly caughtUp: boolean;
  /** Running digest of the log after the last batch; undefined if it is not known. */
  readonly digest: Lanes | undefined;
};

export type AppendRequest = {
  readonly expectedHead: Offset;
  readonly expectedBatchId: string;
  readonly batchId: string;
  readonly through: Offset;
  readonly count: number;
  /** Sum of the hashes of the facts' JSON. */
  readonly sum: Lanes;
  readonly payload: string;
};

export type AppendReply =
  | { readonly kind: 'appended'; readonly through: Offset; readonly appendedAt: number; readonly digest: string }
  | { readonly kind: 'conflict'; readonly epoch: number; readonly head: Offset; readonly headBatchId: string };

type StoredPage = { readonly state?: LogState; readonly entries: readonly StreamEntry[] };

const TIME = `return redis.call('TIME')`;
const DEFAULT_PAGE_ENTRIES = 50;
const DEFAULT_PAGE_BYTES = 4 * 1024 * 1024;
/**
 * How long an append waits for replicas. A producer has four appends in flight, and each waits for the ones before it: together they stay
 * below the deadline of a command.
 */
const REPLICATED_WITHIN_MS = 1_000;

const MESSAGES: Readonly<Record<CursorCode, string>> = {
  CURSOR_TOO_OLD: 'the facts after this cursor are no longer retained',
  LOG_TRUNCATED: 'the log lost facts that this cursor has seen',
  STREAM_REPLACED: 'this cursor belongs to another log',
  CURSOR_IN_FUTURE: 'this cursor is ahead of the log',
};

export class FactLog {
  readonly graph: string;
  readonly #redis: Redis;
  readonly #keys: LogKeys;
  readonly #three: readonly string[];
  /** The damage that readers of this log have found. */
  readonly damage: DamageNotes;
  #meanEntryBytes = 4096;

  constructor(redis: Redis, graph: string) {
    this.graph = graph;
    this.#redis = redis;
    this.#keys = logKeys(graph);
    this.#three = [this.#keys.meta, this.#keys.log, this.#keys.epochs];
    this.damage = new DamageNotes(redis, this.#keys);
  }

  get keys(): LogKeys {
    return this.#keys;
  }

  /** Redis's time in ms since 1970. Appends are stamped with it. */
  async now(): Promise<number> {
    // The key selects the server that has the log: the clocks of a cluster's nodes differ.
    const [seconds, microseconds] = (await this.#redis.eval(TIME, 1, this.#keys.log)) as [string, string];
    return Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000);
  }

  /** Whether the log exists. False for a log that was removed. */
  async exists(): Promise<boolean> {
    if (await this.isRemoved()) return false;
    return (await this.#redis.exists(this.#keys.meta, this.#keys.log)) > 0;
  }

  /** Whether the graph was removed and has not been added again. */
  async isRemoved(): Promise<boolean> {
    return (await this.#redis.hexists(this.#keys.meta, 'removed')) === 1;
  }

  /** Removes the log and the graph's keys in `others`. After that nothing can be appended to the log or read from it until `revive`. */
  async remove(others: readonly string[]): Promise<void> {
    await callFunction(this.#redis, 'remove', [...this.#three, this.#keys.damage, ...others], []);
  }

  /** Lets a removed log begin again, in an epoch that is newer than any it had. Does nothing to a log that was not removed. */
  async revive(): Promise<void> {
    await callFunction(this.#redis, 'revive', this.#three, []);
  }

  /** Returns the log's state. Opens an epoch if Redis, or its data, is not what the last epoch was opened for. */
  async state(): Promise<LogState> {
    const [status, ...rest] = await callFunction(this.#redis, 'peek', this.#three, []);
    if (status === 'current') return logState(rest);
    return logState(await callFunction(this.#redis, 'check', this.#three, []));
  }

  /**
   * Judges a cursor: it holds, or it is refused and the refusal says what the caller can do. Every cursor is judged here, on the master.
   */
  async judge(cursor: Offset): Promise<Verdict> {
    let reply = await callFunction(this.#redis, 'judge', this.#three, [cursor]);
    if (reply[0] !== 'current') {
      await callFunction(this.#redis, 'check', this.#three, []);
      reply = await callFunction(this.#redis, 'judge', this.#three, [cursor]);
    }
    const state = logState(reply.slice(1));
    const [answer, divergedAt] = reply.slice(9) as [string, string];
    if (answer === 'holds') return { ok: true, ...state };
    return { ok: false, refusal: await this.#refusal(answer as CursorCode, divergedAt, state), ...state };
  }

  async #refusal(code: CursorCode, divergedAt: string, state: LogState): Promise<Refusal> {
    const resumeAt = {
      CURSOR_TOO_OLD: state.floor,
      LOG_TRUNCATED: divergedAt as Offset,
      STREAM_REPLACED: state.floor,
      CURSOR_IN_FUTURE: undefined,
    }[code];
    const resumable = resumeAt !== undefined && seqOf(resumeAt) >= seqOf(state.floor) ? resumeAt : state.floor;
    return {
      code,
      message: MESSAGES[code],
      retryable: code === 'CURSOR_IN_FUTURE',
      earliest: (await this.earliest()) ?? state.head,
      head: state.head,
      floor: state.floor,
      ...(divergedAt === '' ? {} : { divergedAt: parseOffset(divergedAt) }),
      ...(resumeAt === undefined ? {} : { resumeAt: resumable }),
    };
  }

  /**
   * The first retained fact's offset; undefined if nothing is retained. Never refused: if facts are trimmed meanwhile, the offset moves
   * forward.
   */
  async earliest(): Promise<Offset | undefined> {
    const [first] = (await this.#redis.xrange(this.#keys.log, '-', '+', 'COUNT', 1)) as StreamEntry[];
    if (first === undefined) return undefined;
    const batch = readEntry(first);
    return 'reason' in batch ? firstFactAfter((await this.state()).floor, batch.through) : firstFactAfter(batch.prev, batch.through);
  }

  async bounds(): Promise<Bounds> {
    const state = await this.state();
    const [listed, first] = await Promise.all([
      this.#redis.zrange(this.#keys.epochs, '0', '-1'),
      this.#redis.xrange(this.#keys.log, '-', '+', 'COUNT', 1) as Promise<StreamEntry[]>,
    ]);
    const epochs = listed.map(readEpoch);
    const oldest = await this.#firstSound(first);
    return {
      epoch: state.epoch,
      epochs,
      earliest: first[0] === undefined ? state.head : firstFactAfter(state.floor, first[0][0] as Offset),
      floor: state.floor,
      head: state.head,
      facts: seqOf(state.head) - seqOf(state.floor),
      bytes: oldest === undefined ? 0 : state.bytes - oldest.bytes + Buffer.byteLength(oldest.payload),
      ...(oldest === undefined ? {} : { firstAppendedAt: oldest.appendedAt, lastAppendedAt: state.appendedAt }),
    };
  }

  /** Returns the offset of a seq in the newest timeline, as people are shown it: `#1042`. It is not judged. */
  async offsetOf(seq: number): Promise<Offset> {
    await this.state(); // opens an epoch if one is due
    return offsetInNewest((await this.#redis.zrange(this.#keys.epochs, '0', '-1')).map(readEpoch), seq);
  }

  /**
   * Returns the cursor that a position means now.
   * @throws {CursorRefused} if an offset is not a place in this log
   */
  async resolve(position: Position): Promise<Offset> {
    switch (position.kind) {
      case 'offset':
        return this.#accepted(position.offset);
      case 'seq':
        return this.#accepted(await this.offsetOf(position.seq));
      case 'earliest':
        return (await this.state()).floor;
      case 'latest':
        return (await this.state()).head;
      case 'last':
        return this.#cursorBeforeLast(position.count);
      case 'time':
        return this.#cursorAtTime(position.ms);
    }
  }

  async #accepted(cursor: Offset): Promise<Offset> {
    const verdict = await this.judge(cursor);
    if (!verdict.ok) throw new CursorRefused(verdict.refusal);
    return cursor;
  }

  async #cursorBeforeLast(count: number): Promise<Offset> {
    const { head, floor, epochs } = await this.bounds();
    const seq = seqOf(head) - count;
    if (count === 0) return head;
    if (seq <= seqOf(floor)) return floor;
    const batch = await this.#soundFrom(offsetInNewest(epochs, seq + 1));
    if (batch === undefined) return head;
    return seqOf(batch.prev) >= seq ? batch.prev : offset(epochOf(batch.through), seq);
  }

  /** Searches by bisection: append times never decrease along the log. */
  #cursorAtTime(ms: number): Promise<Offset> {
    return this.cursorBefore((batch) => batch.appendedAt >= ms);
  }

  /** Returns the first batch at or after a stream ID whose fields are sound. */
  async #soundFrom(id: string): Promise<Batch | undefined> {
    return this.#firstSound(await this.#redis.xrange(this.#keys.log, id, '+', 'COUNT', 1));
  }

  /** Returns the first batch whose fields are sound. Reads on after entries whose fields are damaged. */
  async #firstSound(found: readonly StreamEntry[]): Promise<Batch | undefined> {
    let entries = found;
    for (;;) {
      const [entry] = entries;
      if (entry === undefined) return undefined;
      const batch = readEntry(entry);
      if (!('reason' in batch)) return batch;
      entries = await this.#redis.xrange(this.#keys.log, `(${batch.through}`, '+', 'COUNT', 1);
    }
  }

  /** Returns the offset before the first batch that fits; the head if no batch fits. Every batch after one that fits must fit too. */
  async cursorBefore(fits: (batch: Batch) => boolean): Promise<Offset> {
    const { head, epochs, floor } = await this.bounds();
    let low = seqOf(floor);
    let high = seqOf(head);
    let answer = head;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const batch = await this.#soundFrom(offsetInNewest(epochs, middle + 1));
      if (batch === undefined || seqOf(batch.prev) >= high) {
        high = middle; // from here to `high` there are only damaged batches
      } else if (fits(batch)) {
        answer = batch.prev;
        high = Math.min(middle, seqOf(batch.prev));
      } else {
        low = Math.max(middle + 1, seqOf(batch.through));
      }
    }
    return answer;
  }

  /**
   * Reads the batches after a cursor. They are contiguous and sound; the first may hold the cursor inside.
   * `caughtUp`: the last batch ends at the head.
   * @param limit `base`: the running digest at the cursor, if the caller knows it; if not, the entry that ends at the cursor is read too
   * @throws {CursorRefused} if the cursor is not a place in this log, or what follows it is missing
   * @throws {LogDamaged} if the next batch is damaged
   */
  async readAfter(cursor: Offset, limit: { entries?: number; bytes?: number; base?: Lanes | undefined } = {}): Promise<Page> {
    const wanted = Math.floor((limit.bytes ?? DEFAULT_PAGE_BYTES) / this.#meanEntryBytes);
    const count = Math.max(1, Math.min(limit.entries ?? DEFAULT_PAGE_ENTRIES, wanted));
    for (;;) {
      const { state, entries } = await this.#readPage(cursor, count, limit.base !== undefined);
      const { batches, damage } = await this.#soundAfter(cursor, entries, limit.base);
      if (state !== undefined && isContiguous(batches, cursor)) {
        const last = batches.at(-1);
        if (last !== undefined)
          this.#meanEntryBytes = Math.max(256, batches.reduce((sum, batch) => sum + batch.payload.length, 0) / batches.length);
        if (last !== undefined || cursor === state.head) {
          const caughtUp = (last?.through ?? cursor) === state.head;
          const digest = last?.digest ?? lanesFromHex(state.digest);
          return { batches, head: state.head, floor: state.floor, epoch: state.epoch, caughtUp, digest };
        }
      }
      const verdict = await this.judge(cursor);
      if (!verdict.ok) throw new CursorRefused(verdict.refusal);
      if (state === undefined || state.epoch !== verdict.epoch) continue;
      if (batches.length > 0) throw new CursorRefused(await this.#hole(batches, cursor, verdict));
      if (damage === undefined) continue;
      await this.damage.note(damage);
      throw new LogDamaged(damage, verdict.head);
    }
  }

  /**
   * Reads a page, and after it the log's state, so that a page is never ahead of its head. It uses no transaction,
   * because a full Redis refuses transactions. There is no state if an epoch has to be opened first.
   */
  async #readPage(cursor: Offset, count: number, isDigestKnown: boolean): Promise<StoredPage> {
    const replies = await this.#redis
      .pipeline()
      .xrange(this.#keys.log, isDigestKnown ? `(${cursor}` : cursor, '+', 'COUNT', isDigestKnown ? count : count + 1)
      .fcall_ro(functionName('peek'), this.#three.length, ...this.#three)
      .exec();
    const [read, peeked] = replies ?? [];
    if (peeked === undefined || read === undefined) throw new Error('the read was dropped');
    if (peeked[0] !== null) {
      if (!isMissingFunction(peeked[0])) throw asMeant(peeked[0]);
      await loadLibrary(this.#redis);
      return { entries: [] };
    }
    if (read[0] !== null) throw read[0];
    const [status, ...rest] = peeked[1] as string[];
    const found = read[1] as StreamEntry[];
    const entries = found[0]?.[0] === cursor ? found : found.slice(0, count);
    return status === 'current' ? { state: logState(rest), entries } : { entries };
  }

  /** @param entries the entries after the cursor; the entry that ends at the cursor may come before them */
  async #soundAfter(cursor: Offset, entries: readonly StreamEntry[], known: Lanes | undefined): Promise<Sound> {
    const isBefore = entries[0]?.[0] === cursor;
    const following = isBefore ? entries.slice(1) : entries;
    const base = known ?? (isBefore ? digestOf(entries[0]!) : await this.#digestBefore(following[0]));
    const sound = soundEntries(following, cursor, base);
    const isDoubtful = base !== undefined && sound.batches.length === 0 && sound.damage !== undefined;
    // The batch before may be the damaged one. If its digest is wrong, this batch can still be sound.
    return isDoubtful && (await this.damage.has(cursor)) ? soundEntries(following, cursor, undefined) : sound;
  }

  async #digestBefore(entry: StreamEntry | undefined): Promise<Lanes | undefined> {
    const batch = entry === undefined ? undefined : readEntry(entry);
    if (batch === undefined || 'reason' in batch) return undefined;
    return batch.prev === ORIGIN ? ZERO : (await this.batchEndingAt(batch.prev))?.digest;
  }

  /** Returns the refusal for a log from which entries were deleted by hand: the cursor holds, but the entries after it are missing. */
  async #hole(batches: readonly Batch[], cursor: Offset, state: LogState): Promise<Refusal> {
    let at = cursor;
    for (const batch of batches) {
      if (!continues(batch, at)) return { ...(await this.#refusal('CURSOR_TOO_OLD', '', state)), resumeAt: batch.prev };
      at = batch.through;
    }
    return this.#refusal('CURSOR_TOO_OLD', '', state);
  }

  /** Returns the batch that ends at an offset; undefined if no batch ends there, or its fields are damaged. */
  async batchEndingAt(at: Offset): Promise<Batch | undefined> {
    const [entry] = (await this.#redis.xrange(this.#keys.log, at, at)) as StreamEntry[];
    const batch = entry === undefined ? undefined : readEntry(entry);
    return batch === undefined || 'reason' in batch ? undefined : batch;
  }

  /**
   * Reads the batches that end before an offset, or before the end of the log if none is given; newest first. Leaves out batches whose
   * fields are damaged.
   */
  async readBefore(before?: Offset, limit: { entries?: number } = {}): Promise<Batch[]> {
    const end = before === undefined ? '+' : `(${before}`;
    const entries = await this.#redis.xrevrange(this.#keys.log, end, '-', 'COUNT', limit.entries ?? DEFAULT_PAGE_ENTRIES);
    return (entries as StreamEntry[]).map(readEntry).flatMap((batch) => ('reason' in batch ? [] : [batch]));
  }

  /**
   * Compare-and-append: writes only if the head is `expectedHead`, written by `expectedBatchId`, in the open epoch.
   * A retry gets the same answer as the first try.
   * @param replicas how many replicas must have the append before it is acknowledged
   * @throws {NotReplicated} if fewer replicas have it after a second; the caller must send the same append again
   */
  async append(request: AppendRequest, replicas = 0): Promise<AppendReply> {
    const args = [
      request.expectedHead,
      request.expectedBatchId,
      request.batchId,
      request.through,
      String(request.count),
      lanesToHex(request.sum),
      ENTRY_VERSION,
      request.payload,
    ];
    let reply: string[];
    if (replicas === 0) {
      reply = await callFunction(this.#redis, 'append', this.#three, args);
    } else {
      const called = await callReplicated(this.#redis, 'append', this.#three, args, { replicas, withinMs: REPLICATED_WITHIN_MS });
      if (called.reply[0] === 'appended' && called.confirmed < replicas) throw new NotReplicated(called.confirmed, replicas);
      reply = called.reply;
    }
    if (reply[0] === 'appended') return { kind: 'appended', through: reply[1] as Offset, appendedAt: Number(reply[2]), digest: reply[3]! };
    return { kind: 'conflict', epoch: Number(reply[1]), head: reply[2] as Offset, headBatchId: reply[3]! };
  }

  /**
   * Drops the batches that end at or before an offset, but none after the second-newest snapshot. Drops none at all if there
   * are fewer than two snapshots, or if the last batch to drop is younger than `sparedMs`.
   */
  async trim(through: Offset, sparedMs: number): Promise<{ floor: Offset }> {
    const [floor] = await callFunction(this.#redis, 'trim', [...this.#three, this.#keys.snapshots], [through, String(sparedMs)]);
    return { floor: floor as Offset };
  }
}

/** @param through the end of the batch that begins after `prev` */
function firstFactAfter(prev: Offset, through: Offset): Offset {
  return offset(epochOf(through), seqOf(prev) + 1);
}

/** Returns the stream ID of the fact at a seq. The entry that holds the fact has this ID if it ends there, else a later ID. */
function readEpoch(entry: string): Epoch {
  const [epoch, prev, openedAt, reason] = entry.split(' ') as [string, string, string, string];
  return { epoch: Number(epoch), prev: parseOffset(prev), openedAt: Number(openedAt), reason };
}

export function openLog(redis: Redis, graph: string): FactLog {
  return new FactLog(redis, graph);
}

function digestOf(entry: StreamEntry): Lanes | undefined {
  const batch = readEntry(entry);
  return 'reason' in batch ? undefined : batch.digest;
}

function logState([epoch, head, headBatchId, floor, digest, at, entries, bytes]: readonly string[]): LogState {
  return {
    epoch: Number(epoch),
    head: parseOffset(head ?? ORIGIN),
    headBatchId: headBatchId ?? '',
    floor: parseOffset(floor ?? ORIGIN),
    digest: digest ?? '',
    appendedAt: Number(at),
    entries: Number(entries),
    bytes: Number(bytes),
  };
}
