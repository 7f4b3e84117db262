import { spend, withData, withHost } from './change.ts';
import { EMPTY, type Data } from './data.ts';
import { broken } from './delivering.ts';
import { lose } from './producing.ts';
import type { Bounds, EventName, Step } from './scenario.ts';
import type { ServerIndex, World } from './world.ts';

const SERVERS = ['A', 'B'] as const;

/** What happens to the servers. Following the master in replication is free; everything else is an event. */
export function* serving(world: World, bounds: Bounds): Generator<Step> {
  for (const index of [0, 1] as const) {
    const host = world.servers[index];
    const other = world.servers[world.master];
    if (host.role === 'replica' && host.data !== other.data && other.role === 'master')
      yield {
        action: `${SERVERS[index]} replicates what ${SERVERS[world.master]} has`,
        world: withHost(world, index, { data: other.data, past: other.past }),
      };
  }
  if (world.spent.events >= bounds.eventCount) return;
  for (const event of bounds.events) {
    for (const [text, next] of happen(world, event)) yield { action: text, world: spend(next, 'events') };
  }
}

function* happen(world: World, event: EventName): Generator<[string, World]> {
  const { servers, master } = world;
  const name = SERVERS[master];
  const { data } = servers[master];
  switch (event) {
    case 'restart':
      for (const index of [0, 1] as const) {
        if (servers[index].role === 'master')
          yield [`${SERVERS[index]} is restarted with all its data`, restart(world, index, servers[index].data)];
      }
      return;
    case 'restart, last write lost':
    case 'restart, last two writes lost': {
      const back = event === 'restart, last write lost' ? 1 : 2;
      const older = servers[master].past.at(-back);
      if (older !== undefined)
        yield [`${name} is restarted without its last ${back === 1 ? 'write' : 'two writes'}`, restart(world, master, older)];
      return;
    }
    case 'backup':
      if (world.copy === null) yield [`a copy of ${name}'s data is taken`, { ...world, copy: data }];
      return;
    case 'restore':
      if (world.copy !== null) yield [`${name} is restarted with the older copy`, restart(world, master, world.copy)];
      return;
    case 'promote': {
      const index = master === 0 ? 1 : 0;
      if (servers[index].role === 'replica') yield [`${SERVERS[index]} is promoted`, { ...promote(world, index), master: index }];
      return;
    }
    case 'demote': {
      const index = master === 0 ? 1 : 0;
      if (servers[index].role === 'master')
        yield [
          `${SERVERS[index]}, the old master, becomes a replica`,
          connectionsBreak(withHost(world, index, { role: 'replica' }), index),
        ];
      return;
    }
    case 'new replication id':
      yield [`a first replica attaches to ${name}`, newReplid(world, master)];
      return;
    case 'flushall':
      yield ['FLUSHALL', withData(world, master, EMPTY)];
      return;
    case 'delete stream':
      if (data.stream.length > 0) yield ['the stream is deleted', withData(world, master, withoutStream(data))];
      return;
    case 'delete meta':
      if (data.meta !== null)
        yield [
          'the metadata is deleted',
          withData(world, master, { ...data, meta: null, ...(data.stream.length === 0 ? { facts: [], deleted: 0 } : {}) }),
        ];
      return;
    case 'delete stream and meta':
      if (data.stream.length > 0)
        yield ['stream and metadata are deleted', withData(world, master, { ...data, stream: [], meta: null, facts: [], deleted: 0 })];
      return;
    case 'clock back':
      if (world.clock > 1) yield ['the clock is set back', { ...world, clock: 1 }];
  }
}

function withoutStream(data: Data): Data {
  return data.meta === null ? { ...data, stream: [], facts: [], deleted: 0 } : { ...data, stream: [], deleted: data.facts.length };
}

function newReplid(world: World, index: ServerIndex): World {
  return { ...withHost(world, index, { replid: world.replids }), replids: world.replids + 1 };
}

/** A promotion gives a new replication id. */
function promote(world: World, index: ServerIndex): World {
  return withHost(newReplid(world, index), index, { role: 'master' });
}

/** A restart gives a new run id, and a master a new replication id. */
function restart(world: World, index: ServerIndex, data: Data): World {
  const { restarts, past } = world.servers[index];
  const started = withHost(newReplid(world, index), index, {
    data,
    restarts: restarts + 1,
    run: index + 2 * (restarts + 1),
    openedHere: 0,
    past: data === world.servers[index].data ? past : [],
  });
  return connectionsBreak(started, index);
}

function connectionsBreak(before: World, index: ServerIndex): World {
  let world = before;
  const { tail } = world.feed;
  if (tail.at === index || tail.blockedAt === index) world = broken(world);
  for (const producer of [0, 1] as const) if (world.producers[producer].at === index) world = lose(world, producer);
  return world;
}
