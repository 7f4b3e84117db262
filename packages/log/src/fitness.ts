import type { Redis } from 'ioredis';
import { logKeys } from './keys.ts';
import { callFunction, loadLibrary } from './library.ts';
import { isCluster, mastersOf } from './redis.ts';
import { isRedisAway } from './redis-away.ts';

const LEAST_MAJOR = 7;
/** The keys of a log that belongs to no graph. The probes write to them and remove them at once. */
const PROBED = logKeys('_fitness');
const WRITE = `redis.call('SET', KEYS[1], '', 'PX', 1000) return redis.call('DEL', KEYS[1])`;

/**
 * Finds what a Redis lacks to hold logs: one clause per lack, worded so that a person can act on it. Empty if Redis is fit.
 * Rejects while Redis can't be asked; then nothing is known about its fitness.
 */
export async function findUnfitness(redis: Redis): Promise<string[]> {
  const servers = await Promise.all((await mastersOf(redis)).map((server) => server.info()));
  const told = [...new Set(servers.flatMap((info) => inform(info, isCluster(redis))))];
  if (told.length > 0) return told; // a replica or an old version would also refuse the probes below, which tells nothing new
  return [...(await databaseLacks(redis)), ...(await rightsLack(redis))];
}

/** Finds what a server lacks by its own INFO. */
function inform(info: string, asCluster: boolean): string[] {
  const field = (name: string): string => new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim() ?? '';
  const version = field('valkey_version') || field('redis_version');
  const lacks: string[] = [];
  if (Number.parseInt(version, 10) < LEAST_MAJOR) lacks.push(`it is version ${version}, Redis 7.0 or Valkey 7.2 is needed`);
  if (field('role') === 'slave') lacks.push(`it is a read-only replica: name its master, ${field('master_host')}:${field('master_port')}`);
  const policy = field('maxmemory_policy');
  if (policy !== '' && policy !== 'noeviction') lacks.push(`its maxmemory-policy is ${policy}, which drops facts: set it to noeviction`);
  const most = Number(field('maxmemory'));
  if (most > 0 && Number(field('used_memory')) >= most)
    lacks.push(`its memory is full (maxmemory ${String(most)}): nothing is appended until there is room`);
  if (field('cluster_enabled') === '1' && !asCluster)
    lacks.push('it is a node of a Redis Cluster: name the cluster, redis+cluster://host:port,host:port');
  return lacks;
}

/** Selects the database, because a client whose database does not exist stays in database 0. */
async function databaseLacks(redis: Redis): Promise<string[]> {
  const { db = 0 } = isCluster(redis) ? {} : redis.options;
  if (db === 0) return [];
  try {
    await redis.select(db);
    return [];
  } catch (error) {
    if (/DB index/.test((error as Error).message)) return [`it has no database ${String(db)}`];
    return [refusalOf(error, 'SELECT')];
  }
}

/** Tries what a log needs. The first refusal is enough, because the others usually follow from it. */
async function rightsLack(redis: Redis): Promise<string[]> {
  const three = [PROBED.meta, PROBED.log, PROBED.epochs];
  const probes: readonly (readonly [command: string, () => Promise<unknown>])[] = [
    ['FUNCTION LOAD', () => loadLibrary(redis)],
    ['FCALL', () => callFunction(redis, 'check', three, [])],
    ['FCALL_RO', () => callFunction(redis, 'peek', three, [])],
    ['EVAL', () => redis.eval(WRITE, 1, PROBED.damage)],
    ['XREAD', () => redis.xread('COUNT', 1, 'STREAMS', PROBED.log, '0-0')],
    ['HGETALL', () => redis.hlen('graphtail:graphs')],
    ['UNLINK', () => redis.unlink(...three)],
  ];
  for (const [command, probe] of probes) {
    try {
      await probe();
    } catch (error) {
      return [refusalOf(error, command)];
    }
  }
  return [];
}

/** @throws the error itself if it does not show what Redis lacks */
function refusalOf(error: unknown, command: string): string {
  const { message } = error as Error;
  if (/^MISCONF/.test(message)) {
    if (/No space left on device/i.test(message)) return 'its disk is full: nothing is appended until there is space';
    return `it refuses writes because it can not save to its disk: ${message}`;
  }
  if (/^OOM/.test(message)) return 'its memory is full: nothing is appended until there is room';
  if (/(NOPERM|ACL failure|no permissions).*\bkeys?\b/i.test(message)) return 'its ACL does not let this user use the keys graphtail:*';
  if (/NOPERM|ACL failure/.test(message)) return `its ACL does not let this user run ${command}`;
  if (/unknown (command|subcommand)/i.test(message)) return `it does not know ${command}: the command was renamed or disabled`;
  if (isRedisAway(error)) throw error;
  return `it refuses ${command}: ${message}`;
}
