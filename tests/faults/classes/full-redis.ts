import { setTimeout as wait } from 'node:timers/promises';
import type { FaultClass } from './fault.ts';

export const fullRedis: FaultClass = {
  name: 'Redis is full',
  faults: [
    {
      title: 'it takes no writes for seconds, then has room again',
      async inject(rig) {
        await rig.direct.config('SET', 'maxmemory-policy', 'noeviction');
        await rig.direct.config('SET', 'maxmemory', '1mb');
        await wait(rig.random.between(500, 4_000));
        await rig.direct.config('SET', 'maxmemory', '0');
      },
    },
  ],
};
