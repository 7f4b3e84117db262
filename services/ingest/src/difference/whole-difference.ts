import type { FileOutput } from '@graphtail/analysis';
import type { NewFact } from '@graphtail/facts';
import { Turn } from '@graphtail/runtime';
import { changesOf, differs, removalsOf, type Difference } from './file-difference.ts';
import type { SourceModel } from '../source-model.ts';
import type { GraphView } from '../view.ts';

/**
 * All files in which source and log differ. It compares every file of either. A large graph takes a while, so other work gets turns
 * on the event loop. Rejects with the signal's reason when aborted.
 */
export async function wholeDifference(view: GraphView, source: SourceModel, signal: AbortSignal): Promise<Difference> {
  const turn = new Turn();
  const difference = new Map<string, FileOutput>();
  const gone = new Set(view.files());
  for await (const [path, output] of source.all(signal)) {
    gone.delete(path);
    if (differs(view, path, output)) difference.set(path, output);
    else difference.delete(path);
    await turn.shared();
  }
  for (const path of gone) difference.set(path, undefined);
  return difference;
}

/** The facts of a difference in groups, one file each: first all deletions of relationships, then the other facts of each file. */
export async function* groupsFor(view: GraphView, difference: Difference, signal: AbortSignal): AsyncGenerator<readonly NewFact[]> {
  const turn = new Turn();
  for (const [path, output] of difference) {
    const removals = removalsOf(view, path, output);
    if (removals.length > 0) yield removals;
    await turn.shared();
    signal.throwIfAborted();
  }
  for (const [path, output] of difference) {
    const facts = changesOf(view, path, output);
    if (facts.length > 0) yield facts;
    await turn.shared();
    signal.throwIfAborted();
  }
}

/** The facts of all differences between source and log. The comparison begins when the first group is requested. */
export async function* allGroups(view: GraphView, source: SourceModel, signal: AbortSignal): AsyncGenerator<readonly NewFact[]> {
  yield* groupsFor(view, await wholeDifference(view, source, signal), signal);
}

/** The source's facts as soon as they are linked. For an empty log, where there is nothing to compare and to delete. */
export async function* eagerGroups(view: GraphView, source: SourceModel, signal: AbortSignal): AsyncGenerator<readonly NewFact[]> {
  for await (const [path, output] of source.all(signal)) {
    const facts = changesOf(view, path, output);
    if (facts.length > 0) yield facts;
  }
}
