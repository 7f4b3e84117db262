import { MalformedFact, decodeFact } from '@graphtail/facts';
import type { GraphStore, RowChange } from '@graphtail/log';

/** The change that a fact makes to a state; undefined if the text is not a fact. */
export function changeOfJson(state: GraphStore, json: string): RowChange | undefined {
  const change = state.changeOfText(json);
  if (change !== undefined) return change;
  const fact = decodeFact(json);
  return fact instanceof MalformedFact ? undefined : state.changeOfFact(fact, json);
}
