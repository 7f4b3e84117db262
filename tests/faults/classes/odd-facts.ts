import { appendForeign, openForeign } from '../rig/foreign-producer.ts';
import { CHURN, type Rig } from '../rig/rig.ts';
import type { FaultClass } from './fault.ts';

async function appendBatches(rig: Rig, batches: readonly (readonly object[])[]): Promise<void> {
  const producer = await openForeign(rig, CHURN);
  try {
    for (const batch of batches) await appendForeign(producer, batch);
  } finally {
    producer.close();
  }
}

export const oddFacts: FaultClass = {
  name: 'facts that nobody expects',
  faults: [
    {
      title: 'of a type that this version does not know, between others',
      async inject(rig) {
        await appendBatches(
          rig,
          Array.from({ length: 5 }, (_, i) => [{ i }, { text: '\\u0000 " \\ é 😀 ]}' }]),
        );
        await rig.appends(20);
      },
    },
    {
      title: 'a batch far larger than any of ours, and one of very many facts',
      async inject(rig) {
        await appendBatches(rig, [[{ text: 'x'.repeat(3_000_000) }], Array.from({ length: 5_000 }, (_, i) => ({ i }))]);
        await rig.appends(20);
      },
    },
  ],
};
