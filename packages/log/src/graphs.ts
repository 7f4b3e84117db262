import type { Redis } from 'ioredis';
import { openLog } from './fact-log.ts';
import { Jobs } from './jobs.ts';
import { GraphRegistry } from './registry.ts';
import { Snapshots } from './snapshots.ts';

/**
 * Adds a graph at a user's request. If a log of that name was removed, it begins again.
 * @returns as {@link GraphRegistry.add}
 */
export async function addGraph(redis: Redis, name: string, root: string): Promise<'added' | 'exists' | 'other_root'> {
  await openLog(redis, name).revive();
  const outcome = await new GraphRegistry(redis).add(name, root);
  if (outcome !== 'other_root') await new Jobs(redis).wake({ graph: name, kind: 'added' });
  return outcome;
}

/**
 * Removes a graph with all keys under its hash tag. The log goes first, and its tombstone refuses late writes. The name goes
 * last, so that a removal that was cut short can be requested again. Keys that expire within minutes are left to expire.
 * @returns false if there was none
 */
export async function removeGraph(redis: Redis, name: string): Promise<boolean> {
  const registry = new GraphRegistry(redis);
  if ((await registry.get(name)) === undefined) return false;
  const log = openLog(redis, name);
  const others = [log.keys.consumers, log.keys.jobs, log.keys.lease, log.keys.damage];
  await log.remove(others);
  await new Snapshots(redis, log).clear();
  await registry.delete(name);
  // Another process may have written to these keys meanwhile, or added the graph again just before or after its name was deleted.
  await log.remove(others);
  if ((await registry.get(name)) !== undefined) await log.revive();
  await new Jobs(redis).wake({ graph: name, kind: 'removed' });
  return true;
}
