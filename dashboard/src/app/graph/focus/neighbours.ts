import type { RelationshipType } from '@graphtail/facts';
import { adjacencyOf } from '../model/adjacency.ts';
import { isTest, kindOf } from '../model/code-columns.ts';
import type { CodeTree } from '../model/code-tree.ts';
import { isDependency, relationshipsOf } from '../model/rows-of.ts';

/** A node next to what is in focus, and the relationships between the two. */
export type Neighbour = {
  readonly row: number;
  readonly kinds: readonly RelationshipType[];
  /** Places in the source. */
  count: number;
  /** The first of these places; 0: not known. */
  line: number;
  /** Percent, of the most certain relationship. */
  confidence: number;
};

/** The neighbours in one file. */
export type Group = { readonly path: string; readonly isTest: boolean; readonly neighbours: readonly Neighbour[] };

/**
 * What depends on some nodes (`in`), or what they depend on (`out`), by file: files with the most places first, tests after all others.
 * @param isIn for each row, 1 if it is in focus
 */
export function neighboursOf(tree: CodeTree, isIn: Uint8Array, direction: 'in' | 'out'): Group[] {
  const { columns } = tree;
  const far = direction === 'in' ? columns.sources : columns.targets;
  const adjacency = adjacencyOf(columns)[direction];
  const found = new Map<number, Neighbour & { readonly kinds: RelationshipType[] }>();
  for (const each of relationshipsOf(isIn, adjacency)) {
    const row = far[each] ?? 0;
    if (isIn[row] === 1 || !isDependency(columns.kinds[each] ?? 0)) continue;
    const kind = kindOf(columns, each);
    const [count, line, confidence] = [columns.counts[each] ?? 1, columns.atLines[each] ?? 0, columns.confidences[each] ?? 100];
    const known = found.get(row);
    if (known === undefined) found.set(row, { row, kinds: [kind], count, line, confidence });
    else {
      if (!known.kinds.includes(kind)) known.kinds.push(kind);
      known.count += count;
      known.line = known.line === 0 ? line : line === 0 ? known.line : Math.min(known.line, line);
      known.confidence = Math.max(known.confidence, confidence);
    }
  }
  for (const { kinds } of found.values()) kinds.sort();
  return grouped(tree, [...found.values()]);
}

function grouped(tree: CodeTree, neighbours: readonly Neighbour[]): Group[] {
  const { columns } = tree;
  const byPath = new Map<string, Neighbour[]>();
  for (const each of neighbours) {
    const path = columns.paths[columns.fileOf[each.row] ?? 0] || (columns.ids[each.row] ?? '');
    const group = byPath.get(path);
    if (group === undefined) byPath.set(path, [each]);
    else group.push(each);
  }
  const sum = (group: Group): number => group.neighbours.reduce((total, { count }) => total + count, 0);
  return Array.from(byPath, ([path, group]) => ({
    path,
    isTest: group.every(({ row }) => isTest(columns, row)),
    neighbours: group.sort((a, b) => b.count - a.count || a.row - b.row),
  })).sort((a, b) => Number(a.isTest) - Number(b.isTest) || sum(b) - sum(a) || (a.path < b.path ? -1 : 1));
}

/** The first `limit` items of all groups, in their groups. */
export function firstOf<Item, Of extends { readonly neighbours: readonly Item[] }>(groups: readonly Of[], limit: number): Of[] {
  const shown: Of[] = [];
  let left = limit;
  for (const group of groups) {
    if (left <= 0) break;
    shown.push({ ...group, neighbours: group.neighbours.slice(0, left) });
    left -= group.neighbours.length;
  }
  return shown;
}

export function sizeOf(groups: readonly { readonly neighbours: readonly unknown[] }[]): number {
  return groups.reduce((sum, { neighbours }) => sum + neighbours.length, 0);
}
