import { setTimeout as wait } from 'node:timers/promises';
import { CHURN, SHOP } from '../rig/rig.ts';
import type { FaultClass } from './fault.ts';

/** FLUSHALL takes the registry too; a writer that is not ingest has to make its graph known again. */
export const lostData: FaultClass = {
  name: 'Redis loses data',
  faults: [
    {
      title: 'FLUSHALL',
      async inject(rig) {
        await rig.appends(50);
        await rig.direct.flushall();
        await rig.writer.register();
      },
    },
    {
      title: 'FLUSHALL three times within a second',
      async inject(rig) {
        for (let i = 0; i < 3; i++) {
          await rig.direct.flushall();
          await wait(rig.random.between(0, 300));
        }
        await rig.writer.register();
      },
    },
    {
      title: 'a stream is deleted',
      async inject(rig) {
        await rig.direct.del(`graphtail:{${rig.random.pick([CHURN, SHOP])}}:log`);
      },
    },
    {
      title: "a log's metadata are deleted",
      async inject(rig) {
        await rig.direct.del(`graphtail:{${rig.random.pick([CHURN, SHOP])}}:meta`);
      },
    },
    {
      title: "a log's epochs are deleted",
      async inject(rig) {
        await rig.direct.del(`graphtail:{${rig.random.pick([CHURN, SHOP])}}:epochs`);
      },
    },
    {
      title: "a log's epochs are deleted, and its metadata",
      async inject(rig) {
        const graph = rig.random.pick([CHURN, SHOP]);
        await rig.direct.del(`graphtail:{${graph}}:epochs`, `graphtail:{${graph}}:meta`);
      },
    },
    {
      title: 'everything of a graph is deleted',
      async inject(rig) {
        const keys = await rig.direct.keys(`graphtail:{${CHURN}}:*`);
        await rig.direct.del(...keys);
      },
    },
  ],
};
