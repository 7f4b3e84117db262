import type { Entry } from './data.ts';
import { contextOf, withFeed, withServer, withSubscriber, withTail, wrong } from './change.ts';
import { check, refusesAll, verdict } from './functions.ts';
import { ORIGIN, epochOf, seqOf } from './offsets.ts';
import { entriesAfter, finishPage, isContiguous, judge, readAfter, continues, sliceAfter, type Refusal } from './reading.ts';
import type { Rules } from './rules.ts';
import type { Bounds, Step } from './scenario.ts';
import type { ServerIndex, World } from './world.ts';

const WINDOW = 2;

/** packages/log/src/follow.ts, and the notifier's feed of one subscriber. */
export function* delivering(world: World, rules: Rules, bounds: Bounds): Generator<Step> {
  if (!bounds.subscriber) return;
  const { tail, subscriber } = world.feed;
  if (tail.mode === 'start') yield { action: 'the tail begins at the head', world: start(world, rules) };
  if (tail.mode === 'page') {
    const ranged = entriesAfter(world.servers[tail.at], tail.cursor);
    yield { action: `the tail reads a page (${String(ranged.length)} batches)`, world: withTail(world, { mode: 'ranged', ranged }) };
  }
  if (tail.mode === 'ranged') yield { action: 'the tail sees the state that comes with its page', world: finish(world, rules) };
  if (tail.mode === 'blocked') {
    const woken = entriesAfter(world.servers[tail.blockedAt], tail.cursor);
    if (woken.length > 0) yield { action: `the blocked read wakes (${String(woken.length)} batches)`, world: wake(world, rules, woken) };
    else yield { action: 'the blocked read times out', world: timeOut(world, rules) };
  }
  const { master } = world;
  if (tail.at !== master) yield { action: 'the tail’s main connection finds the master', world: reconnected(world, rules, master) };
  if (tail.at === master && tail.blockedAt !== master)
    yield { action: 'the tail’s blocked connection finds the master', world: withTail(broken(world), { blockedAt: master }) };
  const old = master === 0 ? 1 : 0;
  if (tail.at === master && world.servers[old].role === 'master')
    yield { action: 'the tail is led to the old master', world: reconnected(world, rules, old) };
  if (bounds.inside && isInside(world))
    yield {
      action: 'the subscriber, sent a batch fact by fact, comes back for its last one',
      world: withSubscriber(world, { cursor: subscriber.cursor - 1, facts: subscriber.facts.slice(0, -1), recheck: true }),
    };
  if (subscriber.recheck) yield { action: 'the subscriber’s cursor is judged', world: recheck(world, rules, bounds) };
  const next = after(world, rules);
  if (next === 'older') yield { action: 'the subscriber is sent a page', world: sendPage(world, rules, bounds) };
  else if (next !== 'nothing') yield { action: 'the subscriber is sent a batch of the window', world: deliver(world, rules, [next]) };
}

function isInside({ feed, servers }: World): boolean {
  const { cursor, facts } = feed.subscriber;
  const batch = servers[feed.tail.at].data.stream.find(({ id }) => id === cursor);
  return batch !== undefined && seqOf(batch.id) - seqOf(batch.prev) > 1 && facts.length > 1;
}

/** A connection of the tail broke. */
export function broken(world: World): World {
  const { mode } = world.feed.tail;
  return withTail(world, { mode: mode === 'start' ? 'start' : 'page', ranged: [] });
}

/** The tail's main connection, which judges for all, is a new one. */
export function reconnected(before: World, rules: Rules, at: ServerIndex): World {
  const world = withTail(broken(before), { at });
  return rules.judgeOnReconnect && world.feed.tail.mode !== 'start' ? judgedAgain(world) : world;
}

function start(world: World, rules: Rules): World {
  const { at } = world.feed.tail;
  const context = contextOf(world, rules);
  const before = world.servers[at];
  if (refusesAll(context, before) || before.role !== 'master') return reconnected(world, rules, world.master);
  const server = check(context, before);
  const { head, epoch } = server.data.meta!;
  const started = withFeed(withServer(world, at, server), { window: [], head, epoch });
  return recheckDue(withTail(started, { mode: 'page', cursor: head }), rules);
}

function recheckDue(world: World, rules: Rules): World {
  return rules.judgeOnEpochChange ? judgedAgain(world) : world;
}

/** Those who are not where the tail is are judged again. */
function judgedAgain(world: World): World {
  const { subscriber, tail } = world.feed;
  return subscriber.cursor === tail.cursor ? world : withSubscriber(world, { recheck: true });
}

function finish(before: World, rules: Rules): World {
  const { tail } = before.feed;
  const { server, read } = finishPage(contextOf(before, rules), before.servers[tail.at], tail.cursor, tail.ranged);
  let world = withTail(withServer(before, tail.at, server), { ranged: [] });
  if (read.kind === 'not master') return reconnected(world, rules, world.master);
  if (read.kind === 'stuck') return wrong(world, 'a reader is neither caught up nor told');
  if (read.kind === 'refused') return withTail(withFeed(world, { window: [] }), { mode: 'start', cursor: ORIGIN });
  if (read.kind !== 'page') return withTail(world, { mode: 'page' });
  for (const batch of read.batches) world = take(world, rules, batch, read.head);
  if (!read.caughtUp) return withTail(world, { mode: 'page' });
  return idle(withTail(world, { mode: 'blocked' }), rules, read.head, read.epoch);
}

function wake(before: World, rules: Rules, batches: readonly Entry[]): World {
  let world = before;
  if (rules.wokenChecksPrev && !isContiguous(rules, batches, world.feed.tail.cursor)) return withTail(world, { mode: 'page' });
  for (const batch of batches) world = take(world, rules, batch, batches.at(-1)!.id);
  return world;
}

function timeOut(world: World, rules: Rules): World {
  if (rules.judgeAtTimeout) return withTail(world, { mode: 'page' });
  return idle(world, rules, world.feed.head, world.feed.epoch);
}

function take(before: World, rules: Rules, batch: Entry, head: number): World {
  let world = before;
  if (epochOf(batch.id) !== world.feed.epoch) world = recheckDue(world, rules);
  const window = [...world.feed.window, batch].slice(-WINDOW);
  return withTail(withFeed(world, { window, head, epoch: epochOf(batch.id) }), { cursor: batch.id });
}

/** The tail is at the head: whoever is there with it believes to have everything. */
function idle(before: World, rules: Rules, head: number, epoch: number): World {
  let world = epoch === before.feed.epoch ? before : recheckDue(before, rules);
  world = withFeed(world, { head, epoch });
  const { tail, subscriber } = world.feed;
  const host = world.servers[tail.at];
  if (host.role !== 'master') return wrong(world, 'a server that is no master says that a reader is caught up');
  if (tail.at !== world.master || subscriber.recheck) return world;
  if (subscriber.cursor !== tail.cursor) {
    return after(world, rules) === 'nothing' ? wrong(world, 'a subscriber is neither sent facts nor told') : world;
  }
  const truth = host.data.facts.map(({ content }) => content);
  const expected = truth.slice(seqOf(subscriber.start));
  const same = expected.length === subscriber.facts.length && expected.every((content, i) => content === subscriber.facts[i]);
  return same ? world : wrong(world, 'a subscriber believes to be caught up and has other facts than the log');
}

function after({ feed }: World, rules: Rules): Entry | 'nothing' | 'older' {
  const { tail, window, subscriber } = feed;
  if (tail.mode === 'start') return 'nothing';
  if (subscriber.cursor === tail.cursor) return 'nothing';
  const seq = seqOf(subscriber.cursor);
  const found = window.at(-1)?.prev === subscriber.cursor ? window.at(-1) : window.find(({ id }) => seqOf(id) > seq);
  if (found !== undefined && continues(rules, found, subscriber.cursor)) return found;
  return seq > seqOf(tail.cursor) ? 'nothing' : 'older';
}

function deliver(before: World, rules: Rules, batches: readonly Entry[]): World {
  let world = before;
  for (const batch of batches) {
    const { cursor, start: from, facts } = world.feed.subscriber;
    const { first, contents } = sliceAfter(rules, batch, cursor);
    const expected = seqOf(from) + facts.length + 1;
    if (first < expected) return wrong(world, 'a subscriber is sent a fact twice');
    if (first > expected) return wrong(world, 'a subscriber is sent facts with a gap before them');
    world = withSubscriber(world, { cursor: batch.id, facts: [...facts, ...contents], future: 0 });
  }
  return world;
}

function sendPage(world: World, rules: Rules, bounds: Bounds): World {
  const { tail, subscriber } = world.feed;
  const { server, read } = readAfter(contextOf(world, rules), world.servers[tail.at], subscriber.cursor);
  const next = withServer(world, tail.at, server);
  if (read.kind === 'page') return deliver(next, rules, read.batches);
  if (read.kind === 'refused') return tell(next, rules, bounds, read.refusal);
  if (read.kind === 'stuck') return wrong(next, 'a reader is neither caught up nor told');
  return read.kind === 'not master' ? reconnected(next, rules, next.master) : next;
}

function recheck(world: World, rules: Rules, bounds: Bounds): World {
  const { tail, subscriber } = world.feed;
  const judged = judge(contextOf(world, rules), world.servers[tail.at], subscriber.cursor);
  if (judged === undefined) return reconnected(world, rules, world.master);
  const next = withSubscriber(withServer(world, tail.at, judged.server), { recheck: false });
  return judged.refusal === undefined ? next : tell(next, rules, bounds, judged.refusal);
}

/** The subscriber is refused, and comes back as its client does. */
function tell(world: World, rules: Rules, { onlyTruth }: Bounds, { verdict: { code }, resumeAt }: Refusal): World {
  const { feed, servers, master } = world;
  const { cursor, start: from, facts, future } = feed.subscriber;
  if (code === 'CURSOR_IN_FUTURE' && rules.futureIsRetried) {
    if (future < 2) return withSubscriber(world, { future: future + 1, recheck: true });
    if (!rules.futureForLongIsReplaced)
      return feed.tail.at === master ? wrong(world, 'a subscriber is asked to retry for ever') : withSubscriber(world, { recheck: true });
  }
  const context = contextOf(world, rules);
  const truth = check(context, servers[master]).data;
  const isFalse = world.feed.tail.at !== master && verdict(context, truth, cursor).code === 'holds';
  const told =
    isFalse && future < 2 && (onlyTruth || code === 'CURSOR_IN_FUTURE')
      ? wrong(world, 'a subscriber that the log holds loses its place')
      : world;
  const keeps = code === 'LOG_TRUNCATED' && seqOf(resumeAt) >= seqOf(from);
  return withSubscriber(told, {
    start: keeps ? from : resumeAt,
    cursor: resumeAt,
    facts: keeps ? facts.slice(0, seqOf(resumeAt) - seqOf(from)) : [],
    recheck: false,
    future: 0,
  });
}
