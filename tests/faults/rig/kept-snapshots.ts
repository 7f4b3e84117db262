import { evolve, plainState, stateDigest, type Fact } from '@graphtail/facts';
import { openLog, Snapshots } from '@graphtail/log';
import type { Redis } from 'ioredis';
import { seqOf, type RawLog } from './raw-log.ts';

/**
 * Each snapshot that is kept, with the facts after it, must come to what the source says: whoever starts from it would go on from there. Those that the log
 * does not hold any more, or does not reach back to, say nothing.
 */
export async function compareSnapshots(
  redis: Redis,
  graph: string,
  log: RawLog,
  sourceDigest: string,
): Promise<{ readonly compared: number; readonly violations: string[] }> {
  const violations: string[] = [];
  const unusable = new Map<string, string>();
  const kept = new Snapshots(redis, openLog(redis, graph), (asOf, reason) => unusable.set(asOf, reason));
  let compared = 0;
  for (let before = Infinity; ;) {
    const snapshot = await kept.newest(before);
    if (snapshot === undefined) break;
    const { asOf } = snapshot;
    const state = plainState(snapshot.state);
    before = seqOf(asOf) - 1;
    if (before < seqOf(log.floor)) break;
    for (const { seq, json } of log.facts) if (seq > before + 1) evolve(state, JSON.parse(json) as Fact);
    const digest = stateDigest(state);
    if (digest !== sourceDigest)
      violations.push(`${graph}: snapshot ${asOf} and the facts after it come to ${digest}, the source to ${sourceDigest}`);
    compared++;
  }
  // One that a newer one has replaced while it was being read is no more: that is no damage.
  for (const asOf of await kept.list()) {
    const reason = unusable.get(asOf);
    if (reason !== undefined) violations.push(`${graph}: snapshot ${asOf}: ${reason}`);
  }
  return { compared, violations };
}
