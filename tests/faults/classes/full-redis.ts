import { connect, openLog } from '@graphtail/log';
import { setTimeout as wait } from 'node:timers/promises';
import { CHURN, type Rig } from '../rig/rig.ts';
import type { FaultClass } from './fault.ts';

/** Whatever it holds is more than it may. */
async function whileFull(rig: Rig, endure: () => Promise<void>): Promise<void> {
  await rig.direct.config('SET', 'maxmemory-policy', 'noeviction');
  await rig.direct.config('SET', 'maxmemory', '1mb');
  await endure().finally(() => rig.direct.config('SET', 'maxmemory', '0'));
}

export const fullRedis: FaultClass = {
  name: 'Redis is full',
  faults: [
    {
      title: 'it accepts no writes for seconds, then has room again',
      inject: (rig) => whileFull(rig, () => wait(rig.random.between(500, 4_000))),
    },
    {
      title: 'it is trimmed while it is full',
      async inject(rig) {
        const redis = connect(rig.master.url);
        try {
          const log = openLog(redis, CHURN);
          await whileFull(rig, async () => {
            await wait(rig.random.between(100, 1_000));
            const { head } = await log.state();
            await log.trim(head, 0); // nothing but retention can empty it
          });
        } finally {
          redis.disconnect();
        }
      },
    },
    {
      title: 'services are killed while it is full, and it has room again when they are back',
      inject: (rig) =>
        whileFull(rig, async () => {
          await rig.kill(rig.random.pick(['ingest', 'projector', 'notifier']));
          await wait(rig.random.between(0, 3_000));
        }),
    },
  ],
};
