import { NO_BATCH, contentsTo, sameContents } from './data.ts';
import { append, check, newestFirst, refusesAll, verdict } from './functions.ts';
import { offsetOf, seqOf } from './offsets.ts';
import { contextOf, spend, withProducer, withServer, wrong } from './change.ts';
import { readAfter, sliceAfter } from './reading.ts';
import type { Rules } from './rules.ts';
import type { Bounds, Step } from './scenario.ts';
import type { Producer, Sent, World } from './world.ts';

const NAMES = ['P', 'Q'] as const;

/** packages/log/src/producer.ts, and the view of ingest that catches up after a conflict. */
export function* producing(world: World, rules: Rules, bounds: Bounds): Generator<Step> {
  for (const index of bounds.producers) {
    const producer = world.producers[index];
    const name = NAMES[index];
    if (producer.mustCatchUp) yield { action: `${name} folds what the log says`, world: catchUp(world, rules, index) };
    else if (world.spent.batches < bounds.batches && producer.sent.length < bounds.pipelined)
      for (const count of bounds.sizes) yield { action: `${name} sends a batch of ${String(count)}`, world: send(world, index, count) };
    for (const [i, sent] of producer.sent.entries()) {
      if (sent.status !== 'under way' && sent.status !== 'lost') continue;
      if (sent.status === 'lost' && i > 0) continue; // retried in order
      const arrived = arrive(world, rules, index, i, true);
      const verb = sent.status === 'lost' ? 'retry' : 'batch';
      yield { action: `${name}'s ${verb} ${String(sent.batch)} arrives and is answered`, world: arrived };
      if (bounds.lostReplies && sent.status === 'under way')
        yield { action: `${name}'s batch ${String(sent.batch)} arrives, the reply is lost`, world: arrive(world, rules, index, i, false) };
      if (bounds.lostReplies && sent.status === 'under way')
        yield { action: `${name}'s batch ${String(sent.batch)} is lost on the way`, world: replace(world, index, i, 'lost') };
    }
    if (producer.at !== world.master)
      yield { action: `${name} finds the master`, world: withProducer(lose(world, index), index, { at: world.master }) };
  }
}

function send(world: World, index: 0 | 1, count: number): World {
  const producer = world.producers[index];
  const last = producer.sent.at(-1);
  const [head, headBatch] = last === undefined ? [producer.head, producer.batch] : [last.through, last.batch];
  const batch = index * 8 + producer.made;
  const request = { expectedHead: head, expectedBatch: headBatch, batch, through: offsetOf(producer.epoch, seqOf(head) + count), count };
  const sent: Sent = { ...request, status: 'under way' };
  return spend(withProducer(world, index, { made: producer.made + 1, sent: [...producer.sent, sent] }), 'batches');
}

function replace(world: World, index: 0 | 1, i: number, status: Sent['status']): World {
  const { sent } = world.producers[index];
  return withProducer(world, index, { sent: sent.map((one, at) => (at === i ? { ...one, status } : one)) });
}

/** The connection broke: whatever was under way is to be sent again. */
export function lose(world: World, index: 0 | 1): World {
  const { sent } = world.producers[index];
  if (!sent.some(({ status }) => status === 'under way')) return world;
  return withProducer(world, index, { sent: sent.map((one) => (one.status === 'under way' ? { ...one, status: 'lost' } : one)) });
}

function arrive(before: World, rules: Rules, index: 0 | 1, i: number, answered: boolean): World {
  const producer = before.producers[index];
  const request = producer.sent[i]!;
  const host = before.servers[producer.at];
  const context = contextOf(before, rules);
  if (refusesAll(context, host) || host.role !== 'master')
    return withProducer(replace(before, index, i, 'lost'), index, { at: before.master });
  const { server, reply } = append(context, host, request);
  let world = withServer(before, producer.at, server);
  const place = server.data.facts[seqOf(request.through) - 1];
  const isThere = server.data.facts.some(({ content }) => content === request.batch * 2);
  const isNew = server.data.stream.length > check(context, host).data.stream.length;
  if (reply === 'appended') {
    if (place === undefined || place.content !== request.batch * 2 + request.count - 1)
      world = wrong(world, 'an append is acknowledged that is not in the log');
    if (isNew && !sameContents(known(producer, i), contentsTo(server.data, seqOf(server.data.stream.at(-1)!.prev))))
      world = wrong(world, 'an append is written after facts that its producer has not seen');
  } else if (isThere && server.data.facts.findIndex(({ content }) => content === request.batch * 2) >= server.data.deleted) {
    world = wrong(world, 'a retry is told that nothing was written, though it was');
  }
  return answered ? settle(replace(world, index, i, reply), rules, index) : replace(world, index, i, 'lost');
}

/** What a producer has folded or predicts when it sends its i-th batch. */
function known({ view, sent }: Producer, i: number): number[] {
  return [...view, ...sent.slice(0, i).flatMap(contentsOf)];
}

function contentsOf({ batch, count }: Sent): number[] {
  return Array.from({ length: count }, (_, at) => batch * 2 + at);
}

/** Replies are taken in the order of sending. */
function settle(before: World, rules: Rules, index: 0 | 1): World {
  let world = before;
  for (;;) {
    const producer = world.producers[index];
    const [first, ...rest] = producer.sent;
    if (first?.status === 'appended') {
      const view = [...producer.view, ...contentsOf(first)];
      world = withProducer(world, index, { head: first.through, batch: first.batch, view, sent: rest });
    } else if (first?.status === 'conflict') {
      return drop(world, rules, index);
    } else {
      return world;
    }
  }
}

/** On a conflict all in flight are dropped. */
function drop(world: World, rules: Rules, index: 0 | 1): World {
  const { sent, view } = world.producers[index];
  const last = sent.at(-1)!;
  const predicted = rules.positionIsLastAcknowledged
    ? {}
    : { head: last.through, batch: last.batch, view: [...view, ...sent.flatMap(contentsOf)] };
  const dropped = withProducer(world, index, { ...predicted, sent: [], mustCatchUp: true });
  if (rules.conflictFoldsFirst) return dropped;
  const { producers, servers } = dropped;
  const meta = servers[producers[index].at].data.meta!;
  return withProducer(dropped, index, { epoch: meta.epoch, head: meta.head, batch: meta.headBatch, mustCatchUp: false });
}

/** Judges its place and folds what it has not seen; folds anew where the log refuses the place. */
function catchUp(world: World, rules: Rules, index: 0 | 1): World {
  const producer = world.producers[index];
  const context = contextOf(world, rules);
  const host = world.servers[producer.at];
  let server = host;
  let { head, view } = producer;
  let batch = producer.head === head ? producer.batch : NO_BATCH;
  for (let pages = 0; pages < 12; pages++) {
    const result = readAfter(context, server, head);
    server = { ...host, ...result.server };
    const { read } = result;
    if (read.kind === 'not master') return withProducer(world, index, { at: world.master });
    if (read.kind === 'stuck') return wrong(withServer(world, producer.at, server), 'a reader is neither caught up nor told');
    if (read.kind === 'refused') {
      if (read.refusal.verdict.code === 'CURSOR_IN_FUTURE' && producer.at !== world.master)
        return withProducer(world, index, { at: world.master });
      const { data } = server;
      const snapshot = newestFirst(data.snapshots).find(({ asOf }) => verdict(context, data, asOf).code === 'holds');
      head = snapshot?.asOf ?? data.meta!.floor;
      view = snapshot?.facts ?? contentsTo(data, seqOf(head));
      batch = head === data.meta!.head ? data.meta!.headBatch : NO_BATCH;
    } else if (read.kind === 'page') {
      for (const entry of read.batches) {
        view = [...view, ...sliceAfter(rules, entry, head).contents];
        head = entry.id;
        batch = entry.batch;
      }
      if (read.caughtUp) {
        const next = withServer(world, producer.at, server);
        return withProducer(next, index, { epoch: read.epoch, head, batch, view, mustCatchUp: false });
      }
    }
  }
  return wrong(world, 'a producer never catches up');
}
