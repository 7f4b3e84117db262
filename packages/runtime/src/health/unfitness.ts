import type { Complaint } from './troubles.ts';

/** @param reasons what `FitnessWatch` found: one clause per reason */
export function unfitness(reasons: readonly string[]): readonly Complaint[] {
  return reasons.length === 0 ? [] : [{ code: 'redis_unfit', message: `Redis is not fit to hold the logs: ${reasons.join('; ')}` }];
}
