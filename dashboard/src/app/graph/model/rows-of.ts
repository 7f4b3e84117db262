import { RELATIONSHIP_TYPES } from '@graphtail/facts';
import type { Adjacency } from './adjacency.ts';
import type { CodeTree, Part } from './code-tree.ts';

const WITHIN = new Set([RELATIONSHIP_TYPES.indexOf('contains'), RELATIONSHIP_TYPES.indexOf('exports')]);

/** Whether a type of relationship, by its place in the list, says that code depends on code. `contains` and `exports` say where code is. */
export function isDependency(kind: number): boolean {
  return !WITHIN.has(kind);
}

/** For each node, 1 if it is the part or in it. */
export function rowsOf(tree: CodeTree, part: Part): Uint8Array {
  const isIn = new Uint8Array(tree.columns.ids.length);
  const mark = (each: Part): void => {
    if (each.row >= 0) isIn[each.row] = 1;
    each.parts.forEach(mark);
  };
  if (part.kind === 'symbol') mark(part);
  else for (const file of tree.filesIn(part)) for (const row of tree.rowsIn(tree.columns.fileOf[file.row] ?? 0)) isIn[row] = 1;
  return isIn;
}

/** The relationships that end at the marked rows. */
export function* relationshipsOf(isIn: Uint8Array, adjacency: Adjacency): Iterable<number> {
  for (let row = isIn.indexOf(1); row >= 0; row = isIn.indexOf(1, row + 1)) yield* adjacency.of(row);
}
