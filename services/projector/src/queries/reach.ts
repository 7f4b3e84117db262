import type { Offset } from '@graphtail/facts';
import { prepare } from '../folding/prepare.ts';
import type { GraphStates } from '../past/graph-states.ts';
import type { Budget } from './budget.ts';
import { impact } from './impact.ts';

/** A change of more facts than this reaches much of the graph, and takes long to follow. */
const MAX_FACTS = 2_000;
const DEPTH = 10;

/** The number of nodes that a change may affect, beside those that it changed; null if it has too many facts. @throws {OverBudget} */
export async function reachOf(
  states: GraphStates,
  change: { readonly from: Offset; readonly to: Offset; readonly facts: number },
  budget: Budget,
  signal: AbortSignal,
): Promise<number | null> {
  if (change.facts > MAX_FACTS) return null;
  const changed = await states.changes(change.from, change.to, signal);
  const projection = await states.at(change.to, signal);
  await prepare(projection, ['adjacency'], signal);
  const { total, tests } = impact(projection, { direction: 'in', max_depth: DEPTH, limit: 1, offset: 0 }, changed, budget);
  return total + tests.length;
}
