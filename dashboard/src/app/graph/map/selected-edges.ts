import { adjacencyOf } from '../model/adjacency.ts';
import type { CodeTree, Part } from '../model/code-tree.ts';
import { isDependency, relationshipsOf, rowsOf } from '../model/rows-of.ts';

/** Relationships between the selected part and another one, counted. */
export type Edge = { readonly other: Part; readonly direction: 'in' | 'out'; readonly count: number };

const DRAWN = 10;

/**
 * The relationships that enter and leave a part, from and to whatever `containerOf` names for a node: the most first. A relationship
 * within the part is none; neither are `contains` and `exports`, which only repeat where things are.
 */
export function edgesOf(tree: CodeTree, part: Part, containerOf: (row: number) => Part | undefined): Edge[] {
  const { sources, targets, kinds } = tree.columns;
  const isIn = rowsOf(tree, part);
  const sums = { in: new Map<Part, number>(), out: new Map<Part, number>() };
  for (const direction of ['in', 'out'] as const) {
    const far = direction === 'in' ? sources : targets;
    for (const each of relationshipsOf(isIn, adjacencyOf(tree.columns)[direction])) {
      const row = far[each] ?? 0;
      if (isIn[row] === 1 || !isDependency(kinds[each] ?? 0)) continue;
      const other = containerOf(row);
      if (other === undefined || other === part) continue;
      sums[direction].set(other, (sums[direction].get(other) ?? 0) + 1);
    }
  }
  const edges = (['in', 'out'] as const).flatMap((direction) =>
    Array.from(sums[direction], ([other, count]) => ({ other, direction, count })),
  );
  return edges.sort((a, b) => b.count - a.count || (a.other.id < b.other.id ? -1 : 1));
}

/** The edges that are drawn: the strongest. The others are only listed. */
export function drawnOf(edges: readonly Edge[]): readonly Edge[] {
  return edges.slice(0, DRAWN);
}
