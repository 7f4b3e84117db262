import type { Data } from './data.ts';
import type { Context, Server } from './functions.ts';
import type { Rules } from './rules.ts';
import type { Feed, Follower, Host, Producer, Projector, ServerIndex, Spent, Subscriber, World } from './world.ts';

/** Small changes of a world, each giving back a new one. */

const PAST = 2;

export function contextOf(world: World, rules: Rules): Context {
  return { rules, clock: world.clock };
}

export function withHost(world: World, index: ServerIndex, change: Partial<Host>): World {
  const [a, b] = world.servers;
  return { ...world, servers: index === 0 ? [{ ...a, ...change }, b] : [a, { ...b, ...change }] };
}

/** A server after a function ran on it: what it wrote is remembered by the world. */
export function withServer(world: World, index: ServerIndex, { data, openedHere }: Server): World {
  const before = world.servers[index];
  if (before.data === data && before.openedHere === openedHere) return world;
  const added = data.facts.filter((fact) => !before.data.facts.includes(fact));
  const epoch = data.meta !== null && data.meta.epoch !== before.data.meta?.epoch ? data.meta.epoch : undefined;
  const again = epoch !== undefined && world.opened.includes(epoch);
  return {
    ...withHost(world, index, { data, openedHere, past: remember(before) }),
    written: added.length === 0 ? world.written : [...world.written, ...added].sort((a, b) => a.offset - b.offset),
    opened: epoch === undefined || again ? world.opened : [...world.opened, epoch].sort((a, b) => a - b),
    wrong: again ? 'an epoch’s number is used for a second incarnation' : world.wrong,
  };
}

/** Data changed by other hands than the functions'. */
export function withData(world: World, index: ServerIndex, data: Data): World {
  return withHost(world, index, { data, past: remember(world.servers[index]) });
}

function remember({ past, data }: Host): readonly Data[] {
  return [...past, data].slice(-PAST);
}

export function withProducer(world: World, index: 0 | 1, change: Partial<Producer>): World {
  const [a, b] = world.producers;
  return { ...world, producers: index === 0 ? [{ ...a, ...change }, b] : [a, { ...b, ...change }] };
}

export function withFeed(world: World, change: Partial<Feed>): World {
  return { ...world, feed: { ...world.feed, ...change } };
}

export function withTail(world: World, change: Partial<Follower>): World {
  return withFeed(world, { tail: { ...world.feed.tail, ...change } });
}

export function withSubscriber(world: World, change: Partial<Subscriber>): World {
  return withFeed(world, { subscriber: { ...world.feed.subscriber, ...change } });
}

export function withProjector(world: World, change: Partial<Projector>): World {
  return { ...world, projector: { ...world.projector, ...change } };
}

export function spend(world: World, what: keyof Spent, amount = 1): World {
  return { ...world, spent: { ...world.spent, [what]: world.spent[what] + amount } };
}

export function wrong(world: World, what: string): World {
  return { ...world, wrong: world.wrong ?? what };
}
