import { connect, openLog } from '@graphtail/log';
import { setTimeout as wait } from 'node:timers/promises';
import { CHURN, type Rig } from '../rig/rig.ts';
import type { FaultClass } from './fault.ts';

/** Batches as young as this stay: the append of one may be under way again. */
const SPARED_MS = 1_000;

/** Trims as far as two snapshots let it, again and again, while something reads. */
async function trimDuring(rig: Rig, reading: () => Promise<void>): Promise<void> {
  const redis = connect(rig.master.url);
  const log = openLog(redis, CHURN);
  let over = false;
  const trimming = (async () => {
    while (!over) await log.trim((await log.state()).head, SPARED_MS);
  })();
  await reading().finally(() => (over = true));
  await trimming;
  redis.disconnect();
}

export const retention: FaultClass = {
  name: 'trimming races readers',
  faults: [
    {
      title: 'a replay from the earliest fact, and one from a snapshot',
      async inject(rig) {
        await rig.appends(500);
        await rig.kill('notifier'); // what it has in memory is not read from the log
        await trimDuring(rig, async () => {
          rig.join({ name: 'replays while it is trimmed', transport: 'websocket' });
          rig.joinMirror('bootstraps while it is trimmed', { from: 'snapshot' });
          await rig.appends(200);
        });
      },
    },
    {
      title: 'subscribers that are sent a snapshot, while the notifier is killed again and again',
      async inject(rig) {
        await trimDuring(rig, async () => {
          rig.edge.set({ delayMs: [5, 40] });
          for (const transport of ['websocket', 'sse'] as const)
            rig.joinMirror(`bootstraps over ${transport}`, { from: 'snapshot', transport });
          for (let i = 0; i < 2; i++) {
            await wait(rig.random.between(0, 300));
            await rig.kill('notifier');
          }
        });
      },
    },
    {
      title: 'a projector that starts',
      async inject(rig) {
        await trimDuring(rig, async () => {
          await rig.kill('projector');
          await rig.appends(300);
        });
      },
    },
  ],
};
