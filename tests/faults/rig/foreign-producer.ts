import { randomBytes } from 'node:crypto';
import { addLanes, hashText, offset, seqOf, ZERO } from '@graphtail/facts';
import { connect, openLog, GraphRegistry, type FactLog } from '@graphtail/log';
import type { Rig } from './rig.ts';

/** A producer that is not ours: it appends facts of a kind that this version does not know. */
export type ForeignProducer = { readonly log: FactLog; close(): void };

/** Makes the graph known, under a root that no worker can read. */
export async function openForeign(rig: Rig, graph: string): Promise<ForeignProducer> {
  const redis = connect(rig.master.url);
  await new GraphRegistry(redis).add(graph, `/nowhere/${graph}`);
  return { log: openLog(redis, graph), close: () => redis.disconnect() };
}

/** Appends a batch; tries until it is the first after some head. */
export async function appendForeign({ log }: ForeignProducer, data: readonly object[]): Promise<void> {
  const timestamp = new Date().toISOString();
  for (;;) {
    const { epoch, head, headBatchId } = await log.state();
    const texts = data.map((each, i) =>
      JSON.stringify({
        offset: offset(epoch, seqOf(head) + 1 + i),
        event_type: 'weather_changed',
        timestamp,
        entity_type: 'weather',
        entity_id: 'here',
        data: each,
      }),
    );
    const reply = await log.append({
      expectedHead: head,
      expectedBatchId: headBatchId,
      batchId: randomBytes(8).toString('hex'),
      through: offset(epoch, seqOf(head) + texts.length),
      count: texts.length,
      sum: texts.reduce((sum, text) => addLanes(sum, hashText(text)), ZERO),
      payload: texts.join(',\n'),
    });
    if (reply.kind === 'appended') return;
  }
}
