import { EMPTY, NO_BATCH, numberOf, type Data, type Entry, type Place, type Revenants, type Snapshot } from './data.ts';
import type { Request, Server } from './functions.ts';
import { ORIGIN } from './offsets.ts';

/** Two servers, and all who use the log on them. Never changed, only replaced. */
export type World = {
  readonly servers: readonly [Host, Host];
  /** The server that clients are led to when they look for the master. */
  readonly master: ServerIndex;
  readonly clock: number;
  readonly replids: number;
  /** A backup. */
  readonly copy: Data | null;
  readonly producers: readonly [Producer, Producer];
  readonly feed: Feed;
  readonly projector: Projector;
  /** Snapshots in files, where they do not lie with the log. */
  readonly files: readonly Snapshot[];
  /** Every fact that was ever written on any server. */
  readonly written: readonly Place[];
  /** Every epoch that was ever opened on any server. */
  readonly opened: readonly number[];
  readonly spent: Spent;
  /** What went wrong in the last action, if anything. */
  readonly wrong: string | null;
};

export type ServerIndex = 0 | 1;

export type Host = Server & {
  readonly restarts: number;
  /** The data before the last writes, newest last: what an AOF cut short leaves. */
  readonly past: readonly Data[];
  /** What waits in the append-only file for a restart. */
  readonly revenants: Revenants | null;
};

export type Spent = { readonly batches: number; readonly events: number; readonly saves: number; readonly trims: number };

export type Sent = Request & { readonly status: 'under way' | 'lost' | 'appended' | 'conflict' };

export type Producer = {
  readonly at: ServerIndex;
  readonly made: number;
  readonly epoch: number;
  readonly head: number;
  readonly batch: number;
  /** What it has folded. */
  readonly view: readonly number[];
  readonly sent: readonly Sent[];
  readonly mustCatchUp: boolean;
};

/** `follow` of packages/log. */
export type Follower = {
  /** Where its pages and checks go. */
  readonly at: ServerIndex;
  /** Where its blocked read waits. */
  readonly blockedAt: ServerIndex;
  readonly mode: 'start' | 'page' | 'ranged' | 'blocked';
  readonly cursor: number;
  /** A page whose peek is under way. */
  readonly ranged: readonly Entry[];
};

/** The notifier's tail of the log and its one subscriber. */
export type Feed = {
  readonly tail: Follower;
  readonly epoch: number;
  readonly head: number;
  readonly window: readonly Entry[];
  readonly subscriber: Subscriber;
};

export type Subscriber = {
  readonly start: number;
  readonly cursor: number;
  readonly facts: readonly number[];
  readonly recheck: boolean;
  /** How often in a row it was told CURSOR_IN_FUTURE; 2 stands for 60 s of it. */
  readonly future: number;
};

export type Projector = { readonly at: ServerIndex; readonly cursor: number; readonly facts: readonly number[]; readonly unknown: boolean };

export const CLOCK = 3;

export function initialWorld(): World {
  const host = (role: 'master' | 'replica', run: number): Host => ({
    data: EMPTY,
    role,
    run,
    replid: 0,
    openedHere: 0,
    restarts: 0,
    past: [],
    revenants: null,
  });
  const producer: Producer = { at: 0, made: 0, epoch: 0, head: ORIGIN, batch: NO_BATCH, view: [], sent: [], mustCatchUp: true };
  return {
    servers: [host('master', 0), host('replica', 1)],
    master: 0,
    clock: CLOCK,
    replids: 1,
    copy: null,
    producers: [producer, producer],
    feed: {
      tail: { at: 0, blockedAt: 0, mode: 'start', cursor: ORIGIN, ranged: [] },
      epoch: 0,
      head: ORIGIN,
      window: [],
      subscriber: { start: ORIGIN, cursor: ORIGIN, facts: [], recheck: false, future: 0 },
    },
    projector: { at: 0, cursor: ORIGIN, facts: [], unknown: false },
    files: [],
    written: [],
    opened: [],
    spent: { batches: 0, events: 0, saves: 0, trims: 0 },
    wrong: null,
  };
}

/** Equal worlds have equal keys. */
export function keyOf(world: World): string {
  const { servers, producers, feed, projector, spent } = world;
  const parts: (number | string | boolean)[] = [world.master, world.clock, world.replids, world.copy === null ? -1 : numberOf(world.copy)];
  for (const { data, role, run, replid, openedHere, past, revenants } of servers) {
    parts.push(numberOf(data), role[0]!, run, replid, openedHere, past.map(numberOf).join('.'));
    if (revenants !== null)
      parts.push(ids(revenants.stream), revenants.epochs.map(({ epoch, prev }) => `${String(epoch)}.${String(prev)}`).join('+'));
  }
  for (const { at, made, epoch, head, batch, view, sent, mustCatchUp } of producers)
    parts.push(
      at,
      made,
      epoch,
      head,
      batch,
      view.join('.'),
      sent.map((one) => `${String(one.batch)}${one.status[0]!}${String(one.through)}.${String(one.expectedHead)}`).join('+'),
      mustCatchUp,
    );
  const { tail, subscriber, window } = feed;
  parts.push(tail.at, tail.blockedAt, tail.mode[0]!, tail.mode[1]!, tail.cursor, ids(tail.ranged), feed.epoch, feed.head, ids(window));
  parts.push(subscriber.start, subscriber.cursor, subscriber.facts.join('.'), subscriber.recheck, subscriber.future);
  parts.push(projector.at, projector.cursor, projector.facts.join('.'), projector.unknown);
  parts.push(world.files.map(({ asOf, facts }) => `${String(asOf)}:${facts.join('.')}`).join('+'));
  parts.push(world.written.map(({ offset, content }) => `${String(offset)}.${String(content)}`).join('+'), world.opened.join('.'));
  parts.push(spent.batches, spent.events, spent.saves, spent.trims, world.wrong ?? '');
  return parts.join(',');
}

function ids(entries: readonly Entry[]): string {
  return entries.map(({ id, prev, batch }) => `${String(id)}.${String(prev)}.${String(batch)}`).join('+');
}
