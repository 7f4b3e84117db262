import { replicasOf, type Durability } from '@graphtail/facts';
import type { Redis } from 'ioredis';
import { mastersOf } from './redis.ts';

/** `kept`: whether Redis keeps the declared durability; undefined if it does not tell. `found`: what Redis does, in its own words. */
export type DurabilityFound = { readonly kept: boolean | undefined; readonly found: string };

const RANK: Readonly<Record<string, number>> = { no: 0, everysec: 1, always: 2 };

/**
 * Asks Redis how durable an acknowledged append is. Of a cluster, the weakest shard counts.
 * A setting that is stronger than the declared one keeps the declared one too.
 */
export async function findDurability(redis: Redis, declared: Durability): Promise<DurabilityFound> {
  const found = await Promise.all((await mastersOf(redis)).map((master) => findOn(master, declared)));
  const worst = found.find(({ kept }) => kept === false) ?? found.find(({ kept }) => kept === undefined) ?? found[0];
  return worst ?? { kept: undefined, found: 'no master is known' };
}

async function findOn(redis: Redis, declared: Durability): Promise<DurabilityFound> {
  const replicas = replicasOf(declared);
  if (replicas > 0) {
    const online = [...(await redis.info('replication')).matchAll(/^slave\d+:.*state=online/gm)].length;
    return { kept: online >= replicas, found: `${String(online)} ${online === 1 ? 'replica is' : 'replicas are'} online` };
  }
  const settings = await fileSettings(redis);
  if (settings === undefined) return withoutConfig(redis);
  const { appendonly = '', appendfsync = '', 'no-appendfsync-on-rewrite': notOnRewrite = '' } = settings;
  if (appendonly !== 'yes') return { kept: false, found: `appendonly ${appendonly}` };
  if (notOnRewrite === 'yes') return { kept: false, found: 'no-appendfsync-on-rewrite yes' };
  return { kept: (RANK[appendfsync] ?? 0) >= (RANK[declared] ?? 0), found: `appendfsync ${appendfsync}` };
}

async function fileSettings(redis: Redis): Promise<Record<string, string> | undefined> {
  try {
    const flat = (await redis.call('CONFIG', 'GET', 'appendonly', 'appendfsync', 'no-appendfsync-on-rewrite')) as string[];
    return Object.fromEntries(flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1] ?? '']] : [])));
  } catch (error) {
    if (/^(NOPERM|ERR)/.test((error as Error).message)) return undefined;
    throw error;
  }
}

/** A hosted Redis may hide its settings, but it still tells whether it has an append-only file. */
async function withoutConfig(redis: Redis): Promise<DurabilityFound> {
  const enabled = /^aof_enabled:(\d)/m.exec(await redis.info('persistence'))?.[1];
  return enabled === '0' ? { kept: false, found: 'appendonly no' } : { kept: undefined, found: 'it does not tell its settings' };
}
