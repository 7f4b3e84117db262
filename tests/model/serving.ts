import { spend, withData, withHost } from './change.ts';
import { EMPTY, type Data, type Place, type Revenants } from './data.ts';
import { broken, reconnected } from './delivering.ts';
import { ORIGIN, epochOf, seqOf } from './offsets.ts';
import { lose } from './producing.ts';
import type { Rules } from './rules.ts';
import type { Bounds, EventName, Step } from './scenario.ts';
import type { ServerIndex, World } from './world.ts';

const SERVERS = ['A', 'B'] as const;

/** What happens to the servers. Following the master in replication is free; everything else is an event. */
export function* serving(world: World, rules: Rules, bounds: Bounds): Generator<Step> {
  for (const index of [0, 1] as const) {
    const host = world.servers[index];
    const other = world.servers[world.master];
    if (host.role === 'replica' && host.data !== other.data && other.role === 'master')
      yield {
        action: `${SERVERS[index]} replicates what ${SERVERS[world.master]} has`,
        world: withHost(world, index, { data: other.data, past: other.past, revenants: null }),
      };
  }
  if (world.spent.events >= bounds.eventCount) return;
  for (const event of bounds.events) {
    for (const [text, next] of happen(world, rules, event)) yield { action: text, world: spend(next, 'events') };
  }
}

function* happen(world: World, rules: Rules, event: EventName): Generator<[string, World]> {
  const { servers, master } = world;
  const name = SERVERS[master];
  const { data } = servers[master];
  switch (event) {
    case 'restart':
      for (const index of [0, 1] as const) {
        if (servers[index].role === 'master')
          yield [`${SERVERS[index]} is restarted with all its data`, restart(world, rules, index, servers[index].data)];
      }
      return;
    case 'restart, last write lost':
    case 'restart, last two writes lost': {
      const back = event === 'restart, last write lost' ? 1 : 2;
      const older = servers[master].past.at(-back);
      if (older !== undefined)
        yield [`${name} is restarted without its last ${back === 1 ? 'write' : 'two writes'}`, restart(world, rules, master, older)];
      return;
    }
    case 'restart, cut in the last write': {
      const before = servers[master].past.at(-1);
      const cut = before && revenantsOf(before, data);
      if (cut !== undefined)
        yield [
          `${name} is restarted with a file that ends in the midst of its last write`,
          withHost(restart(world, rules, master, before!), master, { revenants: cut }),
        ];
      return;
    }
    case 'backup':
      if (world.copy === null) yield [`a copy of ${name}'s data is taken`, { ...world, copy: data }];
      return;
    case 'restore':
      if (world.copy !== null)
        yield [
          `${name} is restarted with the older copy`,
          restart(withHost(world, master, { revenants: null }), rules, master, world.copy),
        ];
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
          connectionsBreak(withHost(world, index, { role: 'replica' }), rules, index),
        ];
      return;
    }
    case 'new replication id':
      yield [`a first replica attaches to ${name}`, newReplid(world, master)];
      return;
    case 'flushall':
      yield ['FLUSHALL', withHost(withData(world, master, EMPTY), master, { revenants: null })];
      return;
    case 'delete stream':
      if (data.stream.length > 0) yield ['the stream is deleted', withoutBatches(withData(world, master, withoutStream(data)), master)];
      return;
    case 'delete meta':
      if (data.meta !== null)
        yield [
          'the metadata is deleted',
          withData(world, master, { ...data, meta: null, ...(data.stream.length === 0 ? { facts: [], deleted: 0 } : {}) }),
        ];
      return;
    case 'delete epochs':
      if (data.epochs.length > 0) yield ['the list of epochs is deleted', withData(world, master, { ...data, epochs: [] })];
      return;
    case 'delete stream and meta':
      if (data.stream.length > 0)
        yield [
          'stream and metadata are deleted',
          withoutBatches(withData(world, master, { ...data, stream: [], meta: null, facts: [], deleted: 0 }), master),
        ];
      return;
    case 'clock back':
      if (world.clock > 1) yield ['the clock is set back', { ...world, clock: 1 }];
  }
}

function withoutStream(data: Data): Data {
  return data.meta === null ? { ...data, stream: [], facts: [], deleted: 0 } : { ...data, stream: [], deleted: data.facts.length };
}

/** A batch that waits in the file waits before what deleted its stream. */
function withoutBatches(world: World, index: ServerIndex): World {
  const { revenants } = world.servers[index];
  return revenants === null ? world : withHost(world, index, { revenants: { ...revenants, stream: [] } });
}

/** What a write added to stream and epochs; undefined where it added nothing. */
function revenantsOf(before: Data, after: Data): Revenants | undefined {
  const stream = after.stream.filter(({ id }) => !before.stream.some((entry) => entry.id === id));
  const epochs = after.epochs.filter(({ epoch }) => !before.epochs.some((listed) => listed.epoch === epoch));
  return stream.length + epochs.length === 0 ? undefined : { stream, epochs };
}

/** Batches come in the order of their IDs, trimmed ones do not; where no epoch opened in between, the log has their facts again. */
function comeBack({ written, servers }: World, index: ServerIndex, data: Data): Data {
  const { revenants } = servers[index];
  if (revenants === null) return data;
  const floor = data.stream[0]?.prev ?? data.meta?.floor ?? ORIGIN;
  const entries = revenants.stream.filter(({ id }) => id > floor);
  const open = data.meta?.epoch ?? 0;
  const isIn = ({ offset, content }: Place): boolean =>
    entries.some(({ id, prev, batch }) => epochOf(id) >= open && offset <= id && seqOf(offset) > seqOf(prev) && content >> 1 === batch);
  return {
    ...data,
    stream: [...data.stream, ...entries].sort((a, b) => a.id - b.id),
    epochs: [...data.epochs, ...revenants.epochs].sort((a, b) => a.epoch - b.epoch),
    facts: [...data.facts, ...written.filter(isIn)],
  };
}

function newReplid(world: World, index: ServerIndex): World {
  return { ...withHost(world, index, { replid: world.replids }), replids: world.replids + 1 };
}

/** A promotion gives a new replication id. */
function promote(world: World, index: ServerIndex): World {
  return withHost(newReplid(world, index), index, { role: 'master' });
}

/** A restart gives a new run id, and a master a new replication id. */
function restart(world: World, rules: Rules, index: ServerIndex, found: Data): World {
  const { restarts, past } = world.servers[index];
  const data = comeBack(world, index, found);
  const started = withHost(newReplid(world, index), index, {
    data,
    restarts: restarts + 1,
    run: index + 2 * (restarts + 1),
    openedHere: 0,
    past: data === world.servers[index].data ? past : [],
    revenants: null,
  });
  return connectionsBreak(started, rules, index);
}

function connectionsBreak(before: World, rules: Rules, index: ServerIndex): World {
  let world = before;
  const { tail } = world.feed;
  if (tail.at === index) world = reconnected(world, rules, index);
  else if (tail.blockedAt === index) world = broken(world);
  for (const producer of [0, 1] as const) if (world.producers[producer].at === index) world = lose(world, producer);
  return world;
}
