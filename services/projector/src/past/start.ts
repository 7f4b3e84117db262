import { seqOf, type Offset } from '@graphtail/facts';
import type { FactLog, GraphStore, Snapshots } from '@graphtail/log';
import { fromTheBeginning, restore } from '../folding/restore.ts';

/** A state can't be rebuilt: the beginning of the log was trimmed away, and no snapshot at or before the offset is left. */
export class StateGone extends Error {
  override readonly name = 'StateGone';
}

/** Facts that are folded from the log's beginning in the time in which one entity of a snapshot is loaded. */
const FACTS_PER_ENTITY = 2;

/** A state and its cursor, at or before the offset: folding continues from there. @throws {StateGone} */
export async function startAtOrBefore(log: FactLog, snapshots: Snapshots, offset: Offset): Promise<{ cursor: Offset; state: GraphStore }> {
  const beginning = await fromTheBeginning(log);
  if (beginning.from === 'log') {
    const newest = (await snapshots.manifests()).find(({ as_of }) => seqOf(as_of as Offset) <= seqOf(offset));
    const entities = newest === undefined ? Infinity : newest.node_count + newest.relationship_count;
    if (seqOf(offset) <= entities * FACTS_PER_ENTITY) return beginning;
  }
  const start = await restore(log, snapshots, seqOf(offset));
  if (start.from !== 'unknown') return start;
  throw new StateGone(`the log before ${start.cursor} is gone, and no snapshot at or before ${offset} is left`);
}
