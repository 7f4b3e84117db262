import type { NewFact } from '@graphtail/facts';
import { diffFile, type FileOutput } from './diff.ts';
import type { SourceModel } from './source-model.ts';
import type { GraphView } from './view.ts';

/** Files in which source and log differ, and what the source says of them. */
export type Difference = ReadonlyMap<string, FileOutput>;

export function wholeDifference(view: GraphView, source: SourceModel): Difference {
  const difference = new Map<string, FileOutput>();
  const gone = new Set(view.files());
  for (const [path, output] of source.outputs()) {
    gone.delete(path);
    const { removals, facts } = diffFile(view, path, output);
    if (removals.length + facts.length > 0) difference.set(path, output);
  }
  for (const path of gone) difference.set(path, undefined);
  return difference;
}

/** The facts of a difference, grouped by file: all relationships that are gone, then file by file the rest. */
export function* groupsFor(view: GraphView, difference: Difference): Generator<readonly NewFact[]> {
  const rest: (readonly NewFact[])[] = [];
  for (const [path, output] of difference) {
    const { removals, facts } = diffFile(view, path, output);
    if (removals.length > 0) yield removals;
    rest.push(facts);
  }
  yield* rest;
}
