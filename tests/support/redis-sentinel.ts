import { writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { eventually } from './eventually.ts';
import { startRedis, type TestRedis } from './redis.ts';

const NAME = 'the-master';
/** Short, so that a dead master is replaced within a spec. */
const DOWN_AFTER_MS = 1_000;
const SENTINELS = 3;

export type TestSentinels = {
  /** A master and its replica, as they began. */
  readonly servers: readonly [TestRedis, TestRedis];
  readonly url: string;
  /** The port of the master, as the sentinels say. */
  masterPort(): Promise<number>;
  close(): Promise<void>;
};

/** A master, a replica and three sentinels, real processes; resolves when all know each other. */
export async function startSentinels(): Promise<TestSentinels> {
  const master = await startRedis({ appendonly: true, args: ['--repl-diskless-sync-delay', '0'] });
  const replica = await startRedis({
    appendonly: true,
    args: ['--replicaof', '127.0.0.1', String(master.port), '--repl-diskless-sync-delay', '0'],
  });
  const sentinels = await Promise.all(Array.from({ length: SENTINELS }, () => startSentinel(master.port)));
  const asked = sentinels.map(({ url }) => quiet(url));
  await eventually(async () => {
    const known = await Promise.all(asked.map((redis) => redis.call('SENTINEL', 'MASTER', NAME) as Promise<string[]>));
    const figure = (flat: string[], name: string): string | undefined => flat[flat.indexOf(name) + 1];
    return known.every((flat) => figure(flat, 'num-other-sentinels') === String(SENTINELS - 1) && figure(flat, 'num-slaves') === '1');
  }, 30_000);
  return {
    servers: [master, replica],
    url: `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${String(port)}`).join(',')}/${NAME}`,
    async masterPort() {
      const [, port] = (await asked[0]!.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME)) as [string, string];
      return Number(port);
    },
    async close() {
      for (const redis of asked) redis.disconnect();
      await Promise.all([...sentinels, master, replica].map((server) => server.kill()));
    },
  };
}

/** A sentinel keeps what it learns in its settings' file. */
async function startSentinel(masterPort: number): Promise<TestRedis> {
  const dir = mkdtempSync(join(tmpdir(), 'graphtail-sentinel-'));
  const file = join(dir, 'sentinel.conf');
  const settings = [`monitor ${NAME} 127.0.0.1 ${String(masterPort)} 2`, `down-after-milliseconds ${NAME} ${String(DOWN_AFTER_MS)}`];
  const times = [`failover-timeout ${NAME} 5000`, `parallel-syncs ${NAME} 1`];
  writeFileSync(file, [...settings, ...times].map((line) => `sentinel ${line}\n`).join(''));
  return startRedis({ sentinel: file });
}

function quiet(url: string): Redis {
  const redis = new Redis(url, { protocol: 2, maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  return redis;
}
