import { randomBytes } from 'node:crypto';
import { addLanes, hashText, offset, seqOf, ZERO } from '@graphtail/facts';
import { connect, openLog } from '@graphtail/log';
import { CHURN, type Rig } from '../rig/rig.ts';
import type { FaultClass } from './fault.ts';

/** Appends facts as another producer would, which this version may know nothing of; tries until it is the first after some head. */
async function append(rig: Rig, facts: readonly object[]): Promise<void> {
  const redis = connect(rig.master.url);
  const log = openLog(redis, CHURN);
  try {
    for (;;) {
      const { epoch, head, headBatchId } = await log.state();
      const texts = facts.map((fact, i) => JSON.stringify({ offset: offset(epoch, seqOf(head) + 1 + i), ...fact }));
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
  } finally {
    redis.disconnect();
  }
}

function unknown(data: object): object {
  return { event_type: 'weather_changed', timestamp: new Date().toISOString(), entity_type: 'weather', entity_id: 'here', data };
}

export const oddFacts: FaultClass = {
  name: 'facts that nobody expects',
  faults: [
    {
      title: 'of a kind that this version does not know, between others',
      async inject(rig) {
        for (let i = 0; i < 5; i++) await append(rig, [unknown({ i }), unknown({ text: '\\u0000 " \\ é 😀 ]}' })]);
        await rig.appends(20);
      },
    },
    {
      title: 'a batch far larger than any of ours, and one of very many facts',
      async inject(rig) {
        await append(rig, [unknown({ text: 'x'.repeat(3_000_000) })]);
        await append(
          rig,
          Array.from({ length: 5_000 }, (_, i) => unknown({ i })),
        );
        await rig.appends(20);
      },
    },
  ],
};
