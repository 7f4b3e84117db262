import { setTimeout as wait } from 'node:timers/promises';
import { RawLog } from '../rig/raw-log.ts';
import { CHURN, type Rig } from '../rig/rig.ts';
import type { TestRedis } from '../../support/redis.ts';
import type { FaultClass } from './fault.ts';
import { promote, startReplica } from './failover.ts';
import { signal } from '../rig/signal.ts';

/** An append waits for a replica for a second, then says so. */
const PATIENCE_MS = 2_500;

/** Everything that the writer was acknowledged meanwhile must be in the log, whatever its epochs say. */
async function nothingAcknowledgedIsLost(rig: Rig, during: (replica: TestRedis) => Promise<void>): Promise<void> {
  const replica = await startReplica(rig);
  await rig.writer.waitForReplicas(1);
  try {
    await rig.appends(50);
    // What was under way was acknowledged by the master alone.
    const before = rig.writer.acknowledged.length;
    await during(replica);
    const due = rig.writer.acknowledged.slice(before);
    const log = await RawLog.read(rig.direct, CHURN);
    const lost = due.filter(({ through, batchId }) => log.batches.get(through) !== batchId);
    if (lost.length > 0)
      throw new Error(`${String(lost.length)} of ${String(due.length)} batches that a replica had are lost, as ${lost[0]!.through}`);
  } finally {
    await rig.writer.waitForReplicas(0);
  }
}

export const durability: FaultClass = {
  name: 'appends wait for a replica',
  faults: [
    {
      title: 'it stops: nothing is acknowledged; the master dies, it is promoted, and has everything that was acknowledged',
      inject: (rig) =>
        nothingAcknowledgedIsLost(rig, async (replica) => {
          await rig.appends(rig.random.between(50, 200));
          signal(replica.pid, 'SIGSTOP');
          await wait(PATIENCE_MS); // what it had, and had said so, is acknowledged
          const acknowledged = rig.writer.appended;
          await wait(PATIENCE_MS);
          if (rig.writer.appended !== acknowledged) throw new Error('an append was acknowledged that the replica can not have');
          await rig.master.kill();
          signal(replica.pid, 'SIGCONT');
          await promote(rig, replica);
          const next = await startReplica(rig);
          await rig.appends(50);
          await rig.writer.waitForReplicas(0);
          await next.stop();
        }),
    },
    {
      title: 'it stops for a while, and everything goes on',
      inject: (rig) =>
        nothingAcknowledgedIsLost(rig, async (replica) => {
          await rig.freeze(replica.pid, rig.random.between(500, 4_000));
          await rig.appends(100);
          await rig.writer.waitForReplicas(0);
          await replica.stop();
        }),
    },
  ],
};
