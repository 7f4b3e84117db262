import { PROTOCOL_VERSION, seqOf, seqOfPlace, type Offset } from '@graphtail/facts';
import { CursorRefused, Snapshots, type Refusal, type Snapshot, type Verdict } from '@graphtail/log';
import { cursorProblem } from '@graphtail/runtime';
import type { Redis } from 'ioredis';
import { frameMessage, type Message } from '../wire/frames.ts';
import type { GraphFeed } from '../feed/graph-feed.ts';
import type { From, SubscriptionRequest } from '../wire/parameters.ts';
import { badRequest } from '../wire/refused.ts';
import { EMPTY_SNAPSHOT, snapshotMessages, type SnapshotLike } from '../wire/snapshot-frames.ts';

const RESOLVE_ATTEMPTS = 5;

/** Where a subscription begins, as the log judged it. If there is a `snapshot`, the subscriber gets that state first. */
export type Opening = {
  readonly cursor: Offset;
  readonly head: Offset;
  readonly earliest: Offset;
  readonly snapshot: SnapshotLike | undefined;
  /** The last fact that the subscriber wants. */
  readonly to?: Offset;
};

/** A subscriber's request, once its start is known. */
export type Beginning = SubscriptionRequest & { readonly from: From };

/** Turns a subscriber's request into a cursor that holds, or into the reason why there is none. */
export class Openings {
  readonly #redis: Redis;
  readonly #onCorruptSnapshot: (graph: string, asOf: Offset, reason: string) => void;
  readonly #loading = new Map<string, Promise<Snapshot | undefined>>();
  /** The snapshot that was loaded last, for as long as a subscriber is being sent it. */
  readonly #inUse = new Map<string, WeakRef<Snapshot>>();

  constructor(redis: Redis, onCorruptSnapshot: (graph: string, asOf: Offset, reason: string) => void) {
    this.#redis = redis;
    this.#onCorruptSnapshot = onCorruptSnapshot;
  }

  /** @throws {CursorRefused} @throws {Problem} if the log refuses `to` @throws {Refused} if `to` lies before the start */
  async open(feed: GraphFeed, request: Beginning): Promise<Opening> {
    const opening = await this.#start(feed, request);
    if (request.to !== undefined) {
      const seq = seqOfPlace(request.to);
      const to = seq === undefined ? (request.to as Offset) : await feed.log.offsetOf(seq);
      const verdict = await feed.judge(to);
      if (!verdict.ok) throw cursorProblem(verdict.refusal, 'to');
      if (seqOf(to) < seqOf(opening.cursor)) throw badRequest('to', `${to} lies before the start, ${opening.cursor}`);
      return { ...opening, to };
    }
    return opening;
  }

  async #start(feed: GraphFeed, { from, onTooOld }: Beginning): Promise<Opening> {
    if (from.kind === 'snapshot') return this.#fromSnapshot(feed);
    const { cursor, verdict } = await placeOf(feed, from);
    if (verdict.ok) return { cursor, head: verdict.head, earliest: await earliestOf(feed, verdict), snapshot: undefined };
    if (verdict.refusal.code === 'CURSOR_TOO_OLD' && onTooOld === 'snapshot') return this.#fromSnapshot(feed);
    if (verdict.refusal.code === 'CURSOR_TOO_OLD' && onTooOld === 'earliest') return fromEarliest(verdict.refusal);
    throw new CursorRefused(verdict.refusal);
  }

  async #fromSnapshot(feed: GraphFeed): Promise<Opening> {
    const snapshot = (await this.#newest(feed)) ?? EMPTY_SNAPSHOT;
    const verdict = await feed.judge(snapshot.asOf);
    if (!verdict.ok) throw new CursorRefused(verdict.refusal);
    return { cursor: snapshot.asOf, head: verdict.head, earliest: await earliestOf(feed, verdict), snapshot };
  }

  /** Loading a state takes time, and memory while it is sent to a slow subscriber. So all subscribers share the newest snapshot. */
  #newest(feed: GraphFeed): Promise<Snapshot | undefined> {
    const { graph } = feed;
    const underWay = this.#loading.get(graph);
    if (underWay !== undefined) return underWay;
    const loading = this.#load(feed).finally(() => this.#loading.delete(graph));
    this.#loading.set(graph, loading);
    return loading;
  }

  async #load({ graph, log }: GraphFeed): Promise<Snapshot | undefined> {
    const snapshots = new Snapshots(this.#redis, log, (asOf, reason) => this.#onCorruptSnapshot(graph, asOf, reason));
    const inUse = this.#inUse.get(graph)?.deref();
    if (inUse !== undefined && (await snapshots.list())[0] === inUse.asOf) return inUse;
    const loaded = await snapshots.newest();
    if (loaded !== undefined) this.#inUse.set(graph, new WeakRef(loaded));
    return loaded;
  }
}

/**
 * A position as a cursor, and the log's judgement of it. A cursor that the log has resolved may be trimmed before it is judged. Then the
 * position is resolved again.
 */
async function placeOf(feed: GraphFeed, from: Exclude<From, { kind: 'snapshot' }>): Promise<{ cursor: Offset; verdict: Verdict }> {
  for (let attempt = 1; ; attempt++) {
    const cursor = from.kind === 'offset' ? from.offset : await feed.log.resolve(from);
    const verdict = await feed.judge(cursor);
    if (verdict.ok || from.kind === 'offset' || attempt === RESOLVE_ATTEMPTS) return { cursor, verdict };
  }
}

function fromEarliest({ floor, head, earliest }: Refusal): Opening {
  return { cursor: floor, head, earliest, snapshot: undefined };
}

async function earliestOf(feed: GraphFeed, { head, floor }: Verdict): Promise<Offset> {
  return floor === head ? head : ((await feed.earliest(floor)) ?? head);
}

/** What a subscriber is sent before any fact. `subscribed` is no resume point if a snapshot follows it. */
export function* preamble(graph: string, { cursor, head, earliest, snapshot }: Opening): Generator<Message, void, undefined> {
  const mode = snapshot === undefined && cursor === head ? 'live' : 'replay';
  const subscribed = { type: 'subscribed', protocol: PROTOCOL_VERSION, graph, cursor, earliest, head, mode } as const;
  yield frameMessage(subscribed, snapshot === undefined ? cursor : undefined);
  if (snapshot !== undefined) yield* snapshotMessages(snapshot);
}
