import type { Redis } from 'ioredis';
import { openLog } from './fact-log.ts';
import { Jobs } from './jobs.ts';
import { Registry } from './registry.ts';
import { Snapshots } from './snapshots.ts';

/**
 * Adds a graph because somebody asked for it: a log of that name that was removed begins anew.
 * @returns as {@link Registry.add}
 */
export async function addGraph(redis: Redis, name: string, root: string): Promise<'added' | 'exists' | 'other_root'> {
  await openLog(redis, name).revive();
  const outcome = await new Registry(redis).add(name, root);
  if (outcome !== 'other_root') await new Jobs(redis).wake({ graph: name, kind: 'added' });
  return outcome;
}

/**
 * Removes a graph with all that lies under its hash tag. The log goes first, and its tombstone refuses whatever comes late; the name is given up last, so that a removal that
 * was cut short can be asked for again. What expires by itself within minutes is left to that.
 * @returns false if there was none
 */
export async function removeGraph(redis: Redis, name: string): Promise<boolean> {
  const registry = new Registry(redis);
  if ((await registry.get(name)) === undefined) return false;
  const log = openLog(redis, name);
  const others = [log.keys.consumers, log.keys.jobs, log.keys.lease, log.keys.damage];
  await log.remove(others);
  await new Snapshots(redis, log).clear();
  await registry.delete(name);
  // Somebody may have written beside the log in the meantime, or have added the graph again just before or after its name went.
  await log.remove(others);
  if ((await registry.get(name)) !== undefined) await log.revive();
  await new Jobs(redis).wake({ graph: name, kind: 'removed' });
  return true;
}
