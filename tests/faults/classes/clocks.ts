import type { offset } from '@graphtail/facts';
import { CHURN, type Rig } from '../rig/rig.ts';
import type { FaultClass } from './fault.ts';

const DAY_SECONDS = 86_400;
/** Epochs are Unix seconds in units of 2^20: docs/PROTOCOL.md, L3. */
const EPOCH_UNIT = 2 ** 20;

/** Leaves the log as a master would whose clock was ahead, of all that it had opened before too, when it opened the last epoch, and when it appended last. */
async function aheadBy(rig: Rig, seconds: number): Promise<void> {
  const [meta, epochs] = [`graphtail:{${CHURN}}:meta`, `graphtail:{${CHURN}}:epochs`];
  await rig.direct.watch(meta);
  const head = (await rig.direct.hget(meta, 'head')) as ReturnType<typeof offset>;
  const opened = Number(await rig.direct.hget(meta, 'epoch'));
  const at = Math.max(Date.now(), Math.floor(opened / EPOCH_UNIT) * 1000) + seconds * 1000;
  const epoch = Math.floor(at / 1000) * EPOCH_UNIT + rig.random.between(0, EPOCH_UNIT - 1);
  const done = await rig.direct
    .multi()
    .hset(meta, 'epoch', String(epoch), 'at', String(at))
    .zadd(epochs, epoch, `${String(epoch)} ${head} ${String(at)} restarted`)
    .exec();
  if (done === null) return aheadBy(rig, seconds); // something was appended in between
}

export const clocks: FaultClass = {
  name: "Redis's clock is set back",
  faults: [
    {
      title: 'by a day, and it restarts',
      async inject(rig) {
        await aheadBy(rig, DAY_SECONDS);
        await rig.appends(50);
        await rig.master.kill();
        await rig.master.restart();
        await rig.appends(50);
      },
    },
    {
      title: 'by seconds, and it restarts twice',
      async inject(rig) {
        await aheadBy(rig, rig.random.between(1, 5));
        for (let i = 0; i < 2; i++) {
          await rig.master.kill();
          await rig.master.restart();
          await rig.appends(20);
        }
      },
    },
  ],
};
