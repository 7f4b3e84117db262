import { fileId, type GraphNode } from '@graphtail/facts';
import type { Projection } from '../projection/projection.ts';
import { byText } from '../projection/ranking.ts';
import type { Budget } from './budget.ts';
import { declaredIn } from './declared-in.ts';
import { nodeOrThrow } from './lookup.ts';

/** A file's nodes by line. `depth` is 0 for what is declared at the top of the file. @throws {NotFound} @throws {OverBudget} */
export function outline(projection: Projection, path: string, limit: number, budget: Budget) {
  const file = nodeOrThrow(projection, fileId(path));
  const ids = projection.files.nodesAt(path) ?? new Set<string>();
  budget.spend(ids.size);
  const nodes = [...ids]
    .flatMap((id) => projection.node(id) ?? [])
    .filter(({ id }) => id !== file.id)
    .sort((a, b) => a.start_line - b.start_line || b.end_line - a.end_line || byText(a.id, b.id));
  return {
    path,
    file,
    nodes: nodes.slice(0, limit).map((node) => ({ ...node, depth: depthOf(projection, node, file.id) })),
    total: nodes.length,
    limit,
  };
}

function depthOf(projection: Projection, node: GraphNode, file: string): number {
  let depth = 0;
  const seen = new Set<string>();
  for (let id = declaredIn(projection, node.id); id !== undefined && id !== file && !seen.has(id); id = declaredIn(projection, id)) {
    seen.add(id);
    depth++;
  }
  return depth;
}
