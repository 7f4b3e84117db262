import { ORIGIN } from '@graphtail/facts';
import { connect, openLog } from '@graphtail/log';
import { damageBatch, garble } from '../../support/damage.ts';
import { eventually } from '../../support/eventually.ts';
import { moveSlot, startCluster, type TestCluster } from '../../support/redis-cluster.ts';
import { startRedis } from '../../support/redis.ts';
import { startSentinels } from '../../support/redis-sentinel.ts';
import { SHOP, type Rig } from '../rig/rig.ts';
import { SideProduct } from '../rig/side-product.ts';
import type { FaultClass } from './fault.ts';

/** The key that decides which shard has the graph. */
const LOG_KEY = `graphtail:{${SHOP}}:log`;
const FAILED_OVER_WITHIN_MS = 60_000;

async function inCluster(rig: Rig, harm: (cluster: TestCluster, product: SideProduct) => Promise<void>): Promise<void> {
  const cluster = await startCluster();
  try {
    await SideProduct.endures(rig, cluster.url, (product) => harm(cluster, product));
  } finally {
    await cluster.close();
  }
}

export const otherRedis: FaultClass = {
  name: 'Sentinel and Cluster',
  inSoakOnly: true, // tests/pipeline/redis-modes.spec.ts is their short form
  faults: [
    {
      title: 'Sentinel promotes the replica of a master that was killed, and the old master is back as its replica',
      async inject(rig) {
        const sentinels = await startSentinels();
        try {
          await SideProduct.endures(rig, sentinels.url, async (product) => {
            const [old] = sentinels.servers;
            await old.kill();
            await product.edits(rig.random.between(1, 10));
            await eventually(async () => (await sentinels.masterPort()) !== old.port, FAILED_OVER_WITHIN_MS);
            await old.restart();
          });
        } finally {
          await sentinels.close();
        }
      },
    },
    {
      title: "a Cluster's master that has the graph is killed",
      inject: (rig) =>
        inCluster(rig, async (cluster, product) => {
          await (await cluster.ownerOf(LOG_KEY)).kill();
          await product.edits(rig.random.between(1, 10));
        }),
    },
    {
      title: "the graph's slot moves to another shard of a Cluster",
      inject: (rig) =>
        inCluster(rig, async (cluster) => {
          const from = await cluster.ownerOf(LOG_KEY);
          const to = rig.random.pick(cluster.nodes.slice(0, 3).filter((node) => node !== from));
          await moveSlot(from, to, LOG_KEY, cluster.nodes);
        }),
    },
  ],
};

export const damagedLog: FaultClass = {
  name: 'the log is damaged inside',
  inSoakOnly: true, // tests/pipeline/damaged-log.spec.ts is its short form
  faults: [
    {
      title: "a batch's facts are no JSON any more: they are appended again, and a subscriber that began before it has the whole state",
      async inject(rig) {
        const server = await startRedis({ appendonly: true });
        const redis = connect(server.url);
        try {
          await SideProduct.endures(rig, server.url, async () => {
            const log = openLog(redis, SHOP);
            const { batches } = await log.readAfter(ORIGIN, { entries: 1_000 });
            await damageBatch(redis, log, rig.random.pick(batches).through, garble);
            await eventually(async () => (await log.damage.list()).some(({ mendedAt }) => mendedAt !== undefined), FAILED_OVER_WITHIN_MS);
          });
        } finally {
          redis.disconnect();
          await server.stop();
        }
      },
    },
  ],
};
