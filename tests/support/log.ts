import { entityHash, lanesToHex, seqOf, type GraphNode, type NewFact, type Offset } from '@graphtail/facts';
import { Producer, type FactLog } from '@graphtail/log';
import type { Redis } from 'ioredis';
import { nodeNamed } from './nodes.ts';

export function nodeAdded(node: GraphNode): NewFact {
  return { event_type: 'node_added', entity_type: 'node', entity_id: node.id, entity_hash: lanesToHex(entityHash(node)), data: node };
}

export function factsNamed(...names: string[]): NewFact[] {
  return names.map((name) => nodeAdded(nodeNamed(name)));
}

/** A producer that knows the log as it is now. */
export async function producerFor(log: FactLog): Promise<Producer> {
  const producer = new Producer(log);
  const { epoch, head, headBatchId } = await log.state();
  producer.moveTo({ epoch, head, batchId: headBatchId });
  return producer;
}

/** Appends facts as one batch, by a producer that knows the log as it is now. */
export async function appendNamed(log: FactLog, ...names: string[]): Promise<void> {
  await (await producerFor(log)).append([factsNamed(...names)], () => undefined);
}

/** Trims a log through the end of a batch before its last, however young. It lets two snapshots be listed for that, which nobody can read, and takes them away again. */
export async function trimThrough(redis: Redis, log: FactLog, through: Offset): Promise<Offset> {
  const { head } = await log.state();
  const listed = await redis.zrange(log.keys.snapshots, '0', '-1');
  const added = [through, head].filter((asOf) => !listed.includes(asOf));
  for (const asOf of added) await redis.zadd(log.keys.snapshots, seqOf(asOf), asOf);
  const { floor } = await log.trim(through, 0);
  if (added.length > 0) await redis.zrem(log.keys.snapshots, ...added);
  return floor;
}
