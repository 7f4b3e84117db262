import { Redis } from 'ioredis';
import { eventually } from './eventually.ts';
import { freePort, startRedis, type TestRedis } from './redis.ts';

const SLOTS = 16_384;
/** Short, so that a dead master is replaced within a spec. */
const NODE_TIMEOUT_MS = 1_500;

export type ClusterNode = TestRedis & { readonly redis: Redis; readonly id: string };

export type TestCluster = {
  readonly url: string;
  /** Three masters, then their replicas in the same order. */
  readonly nodes: readonly ClusterNode[];
  /** The node that serves a key's slot now. */
  ownerOf(key: string): Promise<ClusterNode>;
  close(): Promise<void>;
};

/** Three masters and three replicas, real processes; resolves when all slots are served. */
export async function startCluster(): Promise<TestCluster> {
  const nodes = await Promise.all(Array.from({ length: 6 }, startNode));
  const [first, ...others] = nodes;
  for (const { port, busPort } of others) await first!.redis.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
  const share = Math.ceil(SLOTS / 3);
  for (const [i, { redis }] of nodes.slice(0, 3).entries())
    await redis.call('CLUSTER', 'ADDSLOTSRANGE', i * share, Math.min(SLOTS, (i + 1) * share) - 1);
  await eventually(async () => (await Promise.all(nodes.map(knownNodes))).every((known) => known === nodes.length));
  for (const [i, { redis }] of nodes.slice(3).entries())
    await eventually(() => redis.call('CLUSTER', 'REPLICATE', nodes[i]!.id).then(Boolean, () => false));
  await eventually(async () => (await Promise.all(nodes.map(isWhole))).every(Boolean), 20_000);
  return {
    url: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${String(port)}`).join(',')}`,
    nodes,
    ownerOf: (key) => ownerOf(nodes, key),
    async close() {
      for (const { redis } of nodes) redis.disconnect();
      await Promise.all(nodes.map((node) => node.kill()));
    },
  };
}

async function startNode(): Promise<ClusterNode & { readonly busPort: number }> {
  const busPort = await freePort();
  const settings = ['--cluster-enabled', 'yes', '--cluster-port', String(busPort), '--cluster-node-timeout', String(NODE_TIMEOUT_MS)];
  const server = await startRedis({ appendonly: true, args: [...settings, '--repl-diskless-sync-delay', '0'] });
  const redis = new Redis(server.url, { protocol: 2, maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  return Object.assign(server, { redis, busPort, id: (await redis.call('CLUSTER', 'MYID')) as string });
}

async function knownNodes({ redis }: ClusterNode): Promise<number> {
  return Number(/cluster_known_nodes:(\d+)/.exec((await redis.call('CLUSTER', 'INFO')) as string)?.[1]);
}

async function isWhole({ redis }: ClusterNode): Promise<boolean> {
  const [cluster, replication] = [(await redis.call('CLUSTER', 'INFO')) as string, await redis.info('replication')];
  if (!cluster.includes('cluster_state:ok')) return false;
  return /role:master/.test(replication) ? /connected_slaves:1/.test(replication) : /master_link_status:up/.test(replication);
}

async function ownerOf(nodes: readonly ClusterNode[], key: string): Promise<ClusterNode> {
  const slot = Number(await anyOf(nodes).redis.call('CLUSTER', 'KEYSLOT', key));
  let owner: ClusterNode | undefined;
  await eventually(async () => {
    const slots = (await anyOf(nodes).redis.call('CLUSTER', 'SLOTS')) as [number, number, [string, number]][];
    const port = slots.find(([from, to]) => from <= slot && slot <= to)?.[2][1];
    owner = nodes.find((node) => node.port === port);
    return owner !== undefined;
  });
  return owner!;
}

function anyOf(nodes: readonly ClusterNode[]): ClusterNode {
  return nodes.find(({ redis }) => redis.status === 'ready') ?? nodes[0]!;
}

/** Hands a key's slot over to another master, its keys too, as `redis-cli --cluster reshard` does. */
export async function moveSlot(from: ClusterNode, to: ClusterNode, key: string, others: readonly ClusterNode[]): Promise<void> {
  const slot = Number(await from.redis.call('CLUSTER', 'KEYSLOT', key));
  await to.redis.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', from.id);
  await from.redis.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', to.id);
  for (;;) {
    const keys = (await from.redis.call('CLUSTER', 'GETKEYSINSLOT', slot, 1)) as string[];
    if (keys.length === 0) break;
    await from.redis.call('MIGRATE', '127.0.0.1', to.port, '', 0, 5_000, 'KEYS', ...keys);
  }
  for (const { redis } of [to, from, ...others]) await redis.call('CLUSTER', 'SETSLOT', slot, 'NODE', to.id).catch(() => undefined); // a replica refuses
}
