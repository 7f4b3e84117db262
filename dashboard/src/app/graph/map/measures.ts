import { NODE_TYPES, type NodeType } from '@graphtail/facts';
import { nodeTypeOf } from '../model/code-columns.ts';
import type { CodeTree, Part } from '../model/code-tree.ts';

/** What the colours of the map mean. */
export const MEASURES = [
  { name: 'type', title: 'Type' },
  { name: 'complexity', title: 'Complexity' },
  { name: 'fan-in', title: 'Fan-in' },
  { name: 'churn', title: 'Churn' },
] as const;
export type MeasureName = (typeof MEASURES)[number]['name'];

/** How often files and nodes changed, by path and by id. */
export type Churned = { readonly files: ReadonlyMap<string, number>; readonly nodes: ReadonlyMap<string, number> };

/** The type that has most lines in a file, or the symbol's own. */
export function mainType(tree: CodeTree, part: Part): NodeType {
  if (part.kind === 'symbol') return nodeTypeOf(tree.columns, part.row);
  const sums = new Map<number, number>();
  const { types, lines, fileOf } = tree.columns;
  for (const row of tree.rowsIn(fileOf[part.row] ?? 0)) {
    if (row !== part.row) sums.set(types[row] ?? 0, (sums.get(types[row] ?? 0) ?? 0) + (lines[row] ?? 0));
  }
  const [most] = [...sums].sort(([, a], [, b]) => b - a);
  return NODE_TYPES[most?.[0] ?? 0] ?? 'file';
}

/** For each node, the relationships that come from other files; a file has those of its nodes too. */
export function fanIn(tree: CodeTree): Uint32Array {
  const { sources, targets, fileOf, ids } = tree.columns;
  const result = new Uint32Array(ids.length);
  for (let each = 0; each < sources.length; each++) {
    const target = targets[each] ?? 0;
    if (fileOf[sources[each] ?? 0] === fileOf[target]) continue;
    result[target] = (result[target] ?? 0) + 1;
    const file = tree.fileOf(target);
    if (file !== undefined && file.row !== target) result[file.row] = (result[file.row] ?? 0) + 1;
  }
  return result;
}

/** A measure of files and symbols, from 0 to 1 on a logarithmic scale: a few large values do not hide all others. */
export type Scale = { readonly valueOf: (part: Part) => number; readonly shareOf: (part: Part) => number; readonly most: number };

export function scaleOf(tree: CodeTree, measure: Exclude<MeasureName, 'type'>, churned: Churned | undefined): Scale {
  const valueOf = valuesOf(tree, measure, churned);
  let most = 0;
  for (const file of tree.filesIn(tree.top)) most = Math.max(most, valueOf(file));
  const top = Math.log1p(most) || 1;
  return { valueOf, shareOf: (part) => Math.min(1, Math.log1p(valueOf(part)) / top), most };
}

function valuesOf(tree: CodeTree, measure: Exclude<MeasureName, 'type'>, churned: Churned | undefined): (part: Part) => number {
  if (measure === 'complexity') return ({ row }) => tree.columns.complexities[row] ?? 0;
  if (measure === 'churn') return ({ id, kind }) => (kind === 'file' ? churned?.files.get(id) : churned?.nodes.get(id)) ?? 0;
  const incoming = fanIn(tree);
  return ({ row }) => incoming[row] ?? 0;
}
