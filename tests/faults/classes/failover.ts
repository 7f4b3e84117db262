import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { eventually } from '../../support/eventually.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import type { Rig } from '../rig/rig.ts';
import type { Fault, FaultClass } from './fault.ts';
import { signal } from '../rig/signal.ts';

async function withClient<Result>(server: TestRedis, use: (redis: Redis) => Promise<Result>): Promise<Result> {
  const redis = new Redis(server.url, { protocol: 2 });
  try {
    return await use(redis);
  } finally {
    redis.disconnect();
  }
}

/** A replica of the master that has everything that the master has. */
export async function startReplica(rig: Rig): Promise<TestRedis> {
  await rig.direct.config('SET', 'repl-diskless-sync-delay', '0');
  const replica = await startRedis({ appendonly: true });
  await demote(replica, rig.master);
  return replica;
}

function isLinked(replica: TestRedis): Promise<boolean> {
  return withClient(replica, async (redis) => /master_link_status:up/.test(await redis.info('replication')));
}

/** Clients are led to the new master, as by Sentinel or a moved address; those that stand stay at the old one until they notice. */
export async function promote(rig: Rig, replica: TestRedis): Promise<TestRedis> {
  const old = rig.master;
  await withClient(replica, (redis) => redis.replicaof('NO', 'ONE'));
  rig.follow(replica);
  return old;
}

async function demote(server: TestRedis, master: TestRedis): Promise<void> {
  await withClient(server, (redis) => redis.replicaof('127.0.0.1', master.port));
  await eventually(() => isLinked(server), 20_000);
}

/** Replication stands still while the master goes on to acknowledge: what follows is lost when the replica is promoted. */
async function lagBehind(rig: Rig, replica: TestRedis, facts: number): Promise<void> {
  signal(replica.pid, 'SIGSTOP');
  await rig.appends(facts);
  await rig.master.kill();
  signal(replica.pid, 'SIGCONT');
  await eventually(async () => !(await isLinked(replica)), 20_000);
}

const lossy: Fault = {
  title: 'a replica that misses acknowledged writes is promoted, and the old master comes back as its replica',
  async inject(rig) {
    const replica = await startReplica(rig);
    await lagBehind(rig, replica, rig.random.between(50, 300));
    const old = await promote(rig, replica);
    await rig.appends(50);
    await old.restart();
    await demote(old, replica);
    await rig.appends(50);
    await old.stop();
  },
};

export const failover: FaultClass = {
  name: 'Redis fails over',
  faults: [
    lossy,
    {
      title: 'a clean failover: the old master is demoted and keeps its connections open',
      async inject(rig) {
        const replica = await startReplica(rig);
        const old = await promote(rig, replica);
        await demote(old, replica);
        await rig.appends(100);
        await old.stop();
      },
    },
    {
      title: 'the old master stays isolated for seconds, with clients still connected to it',
      async inject(rig) {
        const replica = await startReplica(rig);
        const old = await promote(rig, replica);
        await wait(rig.random.between(200, 3_000));
        rig.network.cut();
        await rig.appends(50);
        await old.stop();
      },
    },
    {
      title: 'the old master is promoted back before anything was appended',
      async inject(rig) {
        const replica = await startReplica(rig);
        rig.network.set({ stalled: 'both' });
        const old = await promote(rig, replica);
        await demote(old, replica);
        await promote(rig, old);
        await demote(replica, old);
        rig.network.clear();
        rig.network.cut();
        await rig.appends(100);
        await replica.stop();
      },
    },
    {
      title: 'there and back, with a loss each time',
      async inject(rig) {
        for (let i = 0; i < 2; i++) {
          const replica = await startReplica(rig);
          await lagBehind(rig, replica, rig.random.between(20, 150));
          await promote(rig, replica);
          await rig.appends(50);
        }
      },
    },
    {
      title: 'a first replica attaches',
      async inject(rig) {
        const replica = await startReplica(rig);
        await rig.appends(100);
        await replica.stop();
      },
    },
  ],
};
