import type { NewFact } from '@graphtail/facts';
import { Turn } from '@graphtail/runtime';
import type { FileOutput } from './analysis/index.ts';
import { changesOf, differs, removalsOf, type Difference } from './diff.ts';
import type { SourceModel } from './source-model.ts';
import type { GraphView } from './view.ts';

/**
 * Compares every file that the log knows, and takes in all that it does not; a large graph takes a while, so the event loop is shared.
 * Rejects with the signal's reason when aborted.
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

/** The facts of a difference, grouped by file: all relationships that are gone, then file by file the rest. */
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

/** Everything in which source and log differ, found out when it is asked for. */
export async function* allGroups(view: GraphView, source: SourceModel, signal: AbortSignal): AsyncGenerator<readonly NewFact[]> {
  yield* groupsFor(view, await wholeDifference(view, source, signal), signal);
}

/** What the source says, as fast as it is linked, for a log that says nothing yet: there is nothing to compare it with. */
export async function* eagerGroups(view: GraphView, source: SourceModel, signal: AbortSignal): AsyncGenerator<readonly NewFact[]> {
  for await (const [path, output] of source.all(signal)) {
    const facts = changesOf(view, path, output);
    if (facts.length > 0) yield facts;
  }
}
