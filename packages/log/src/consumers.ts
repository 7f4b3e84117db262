import { seqOf, type Offset } from '@graphtail/facts';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { CursorRefused } from './errors.ts';
import type { FactLog } from './fact-log.ts';

/** A bound, so that names that are no longer used can't fill Redis or make a list of names too long. */
export const MAX_CONSUMERS = 1_000;

/** How long Redis remembers that a name was deleted: longer than any notifier takes to see that the name is gone. */
const DELETION_TOLD_SECONDS = 60;

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export function isConsumerName(text: string): boolean {
  return NAME.test(text);
}

const StoredSchema = z.object({ cursor: z.string(), session: z.string(), taken_at: z.string(), updated_at: z.string() });

/** A durable cursor as it is stored. */
export type Consumer = {
  readonly name: string;
  readonly cursor: Offset;
  /** The session that holds the name; empty after a seek, until a session takes the name. */
  readonly session: string;
  /** When the cursor was last moved, ISO 8601. */
  readonly updatedAt: string;
};

/** The result of taking a name: where its cursor is, and when it was taken, in microseconds by Redis's clock. */
export type Taken = { readonly cursor: Offset; readonly takenAt: string };

export type Acknowledged =
  /** The stored cursor is now the acknowledged one, or was already beyond it. */
  | { readonly kind: 'acknowledged'; readonly cursor: Offset }
  /** Another session holds the name, or a seek moved its cursor. Nothing was changed. */
  | { readonly kind: 'replaced' }
  | { readonly kind: 'unknown' };

/*
 * The scripts that change an entry.
 * KEYS[1] graphtail:{<graph>}:consumers, a hash: name -> JSON {cursor, session, taken_at (us, as text), updated_at}.
 *
 *   TAKE  ARGV name, session, cursor of a new name, now, most names   -> {cursor, taken_at} | false (there are too many names)
 *   KEEP  ARGV name, session, taken_at                                -> 1 | 0 (taken or moved later, or no such name)
 *   ACK   ARGV name, session ('': any session), cursor, now, cursor that is lost ('' if none)
 *                                                                     -> {'acknowledged', cursor} | {'replaced'} | {'unknown'}
 *   SEEK  ARGV name, cursor, now                                      -> 1 | 0 (no such name)
 */
const TIME = `
local function now_us()
  local time = redis.call('TIME')
  return time[1] .. string.format('%06d', time[2])
end`;

const TAKE = `
${TIME}
local stored = redis.call('HGET', KEYS[1], ARGV[1])
if not stored and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[5]) then return false end
local entry = stored and cjson.decode(stored) or { cursor = ARGV[3], updated_at = ARGV[4] }
entry.session, entry.taken_at = ARGV[2], now_us()
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(entry))
return { entry.cursor, entry.taken_at }`;

const KEEP = `
local stored = redis.call('HGET', KEYS[1], ARGV[1])
local entry = stored and cjson.decode(stored)
if not entry or tonumber(entry.taken_at) >= tonumber(ARGV[3]) then return 0 end
entry.session, entry.taken_at = ARGV[2], ARGV[3]
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(entry))
return 1`;

const ACK = `
local stored = redis.call('HGET', KEYS[1], ARGV[1])
if not stored then return { 'unknown' } end
local entry = cjson.decode(stored)
if ARGV[2] ~= '' and entry.session ~= ARGV[2] then return { 'replaced' } end
local function seq(offset) return tonumber(string.match(offset, '%-(%d+)$')) end
if seq(ARGV[3]) > seq(entry.cursor) or entry.cursor == ARGV[5] then
  entry.cursor, entry.updated_at = ARGV[3], ARGV[4]
  redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(entry))
end
return { 'acknowledged', entry.cursor }`;

const SEEK = `
${TIME}
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode({ cursor = ARGV[2], session = '', taken_at = now_us(), updated_at = ARGV[3] }))
return 1`;

/**
 * A graph's durable cursors. The session that took a name last holds it, and moves its cursor. A cursor moves only forward
 * within a timeline of the log. Durable cursors are bookmarks: the log retains no facts for them. A cursor is judged before
 * the log is read from it.
 */
export class Consumers {
  readonly #redis: Redis;
  readonly #log: FactLog;
  readonly #key: string;

  constructor(redis: Redis, log: FactLog) {
    this.#redis = redis;
    this.#log = log;
    this.#key = log.keys.consumers;
  }

  async get(name: string): Promise<Consumer | undefined> {
    const stored = await this.#redis.hget(this.#key, name);
    return stored === null ? undefined : parse(name, stored);
  }

  /** All durable cursors, sorted by name. */
  async list(): Promise<Consumer[]> {
    const stored = Object.entries(await this.#redis.hgetall(this.#key));
    return stored.map(([name, entry]) => parse(name, entry)).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /**
   * Makes a session the holder of a name, in place of any session before it. A new name's cursor is the log's floor. Undefined if there are
   * too many names.
   */
  async take(name: string, session: string): Promise<Taken | undefined> {
    const { floor } = await this.#log.state();
    const reply = (await this.#redis.eval(TAKE, 1, this.#key, name, session, floor, now(), MAX_CONSUMERS)) as [Offset, string] | null;
    return reply === null ? undefined : { cursor: reply[0], takenAt: reply[1] };
  }

  /**
   * Stores again that a session took a name, if Redis lost that in a failover or a crash. False if the name was taken or moved later, or
   * does not exist.
   */
  async keep(name: string, session: string, takenAt: string): Promise<boolean> {
    return (await this.#redis.eval(KEEP, 1, this.#key, name, session, takenAt)) === 1;
  }

  /**
   * Moves a cursor forward. If the log has lost the stored cursor, it moves even backward: the stored cursor's timeline is over.
   * @param session the session that acknowledges; undefined: any session may hold the name
   * @throws {CursorRefused} if the acknowledged cursor is not a place in the log
   */
  async ack(name: string, session: string | undefined, cursor: Offset): Promise<Acknowledged> {
    const verdict = await this.#log.judge(cursor);
    if (!verdict.ok) throw new CursorRefused(verdict.refusal);
    const lost = await this.#lostCursor(name, cursor);
    const reply = (await this.#redis.eval(ACK, 1, this.#key, name, session ?? '', cursor, now(), lost)) as string[];
    const [kind, at] = reply as ['acknowledged' | 'replaced' | 'unknown', Offset];
    return kind === 'acknowledged' ? { kind, cursor: at } : { kind };
  }

  /** Returns the stored cursor if it is not before the given one and its timeline is one that the log has lost; else ''. */
  async #lostCursor(name: string, cursor: Offset): Promise<Offset | ''> {
    const stored = (await this.get(name))?.cursor;
    if (stored === undefined || stored === cursor || seqOf(cursor) > seqOf(stored)) return '';
    const verdict = await this.#log.judge(stored);
    const isLost = !verdict.ok && ['LOG_TRUNCATED', 'STREAM_REPLACED'].includes(verdict.refusal.code);
    return isLost ? stored : '';
  }

  /**
   * Moves a cursor to any place, and takes the name from its session. False if there is no such name.
   * @param cursor a place in the log; the caller has judged it
   */
  async seek(name: string, cursor: Offset): Promise<boolean> {
    return (await this.#redis.eval(SEEK, 1, this.#key, name, cursor, now())) === 1;
  }

  /** False if there was no such name. */
  async delete(name: string): Promise<boolean> {
    await this.#redis.set(this.#deletion(name), '', 'EX', DELETION_TOLD_SECONDS);
    return (await this.#redis.hdel(this.#key, name)) === 1;
  }

  /** Whether a name that is gone was deleted in the last 60 seconds. If not, Redis has lost it. */
  async wasDeleted(name: string): Promise<boolean> {
    return (await this.#redis.exists(this.#deletion(name))) === 1;
  }

  #deletion(name: string): string {
    return `${this.#key}:deleted:${name}`;
  }
}

function parse(name: string, stored: string): Consumer {
  const { cursor, session, updated_at } = StoredSchema.parse(JSON.parse(stored));
  return { name, cursor: cursor as Offset, session, updatedAt: updated_at };
}

function now(): string {
  return new Date().toISOString();
}
