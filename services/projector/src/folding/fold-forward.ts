import type { Offset } from '@graphtail/facts';
import { LogDamaged, type FactLog } from '@graphtail/log';
import { changeOfJson } from './change-of-json.ts';
import { readUpTo } from './read-up-to.ts';
import type { StateAt } from './restore.ts';

/**
 * Folds the facts after a state's cursor, up to an offset that was judged. The given state is changed.
 * @throws {CursorRefused} if the log has lost one of the two offsets meanwhile
 * @throws {LogDamaged} if a batch between them can't be read: the state is not known then
 */
export async function foldForward(log: FactLog, from: StateAt, to: Offset): Promise<StateAt> {
  const { state } = from;
  let at = from;
  for await (const part of readUpTo(log, from.cursor, to)) {
    if (part instanceof LogDamaged) throw part;
    const { facts, through, runningDigest } = part;
    for (const json of facts) {
      const change = changeOfJson(state, json);
      if (change !== undefined) state.apply(change); // the fold at the head has logged what is not a fact
    }
    at = { state, cursor: through, runningDigest };
  }
  return at;
}
