import { emptyState, seqOf, type Offset } from '@graphtail/facts';
import type { FactLog } from './fact-log.ts';
import { applyRetention, RETRIED_WITHIN_MS } from './retention.ts';
import type { Snapshots } from './snapshots.ts';

/** A log is checked for trimming this many times while as many facts as its bound are appended. */
const TRIMS_PER_BOUND = 50;

export type OwnLogTrim = {
  /** The last fact that the caller appended, and how many facts it appended at once. */
  readonly head: Offset;
  readonly appended: number;
  /** The log keeps about this many facts. */
  readonly retainFacts: number;
  /** Facts younger than this are not trimmed. */
  readonly sparedMs?: number | undefined;
};

/**
 * Trims one of Graphtail's own logs, now and then. Its facts change no graph, so the state at any offset is empty. That state is saved at
 * the head. What lies before the last snapshot but one can then be trimmed, by the same rule as in a graph's log.
 */
export async function trimOwnLog(
  log: FactLog,
  snapshots: Snapshots,
  { head: last, appended, retainFacts, sparedMs = RETRIED_WITHIN_MS }: OwnLogTrim,
): Promise<void> {
  const step = Math.ceil(retainFacts / TRIMS_PER_BOUND);
  const seq = seqOf(last);
  // Of several processes, the one whose batch passes the mark trims.
  if (Math.floor(seq / step) === Math.floor((seq - appended) / step)) return;
  const { head, floor, digest } = await log.state();
  if (seqOf(head) - seqOf(floor) <= retainFacts) return;
  await snapshots.save(head, digest, emptyState());
  await applyRetention(log, { facts: retainFacts }, { nowMs: await log.now(), sparedMs });
}
