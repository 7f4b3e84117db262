import { seqOf, type Offset } from '@graphtail/facts';
import type { Complaint } from '@graphtail/runtime';

/** A live fold is at most a second behind, so a state that is older than this is not kept up with the log. */
const BEHIND_SECONDS = 10;

export type FoldCondition = {
  readonly graph: string;
  /** Undefined while there is no state to answer from. */
  readonly projection: unknown;
  readonly unavailable: string;
  readonly damage: string | undefined;
  readonly progress: { readonly cursor: Offset; readonly to: Offset } | undefined;
  readonly lagFacts: number;
  readonly lagSeconds: number;
};

/** What a fold can't do at the moment. @param unsaved why snapshots can't be saved */
export function complaintsOf(fold: FoldCondition, unsaved: string | undefined): Complaint[] {
  const { graph, projection, unavailable, damage, progress, lagFacts, lagSeconds } = fold;
  const found: Complaint[] = [];
  if (damage !== undefined) found.push({ code: 'state_damaged', graph, message: damage });
  if (projection === undefined) {
    const far = progress === undefined ? '' : ` (fact ${String(seqOf(progress.cursor))} of ${String(seqOf(progress.to))})`;
    found.push({ code: 'state_unavailable', graph, message: `queries are not answered: ${unavailable}${far}` });
  } else if (lagSeconds > BEHIND_SECONDS) {
    const lag = `${String(lagFacts)} facts and ${String(Math.round(lagSeconds))} s`;
    found.push({ code: 'projector_behind', graph, message: `answers show an older state: the fold is ${lag} behind the log` });
  }
  if (unsaved !== undefined)
    found.push({ code: 'snapshots_failing', graph, message: `snapshots are not saved, so a restart takes longer: ${unsaved}` });
  return found;
}
