import type { Relationship, RelationshipType } from '@graphtail/facts';
import type { Ids } from '../projection/adjacency.ts';
import { byText } from '../projection/ranking.ts';
import { smallest } from '../projection/smallest.ts';
import type { Projection } from '../projection/projection.ts';
import type { Budget } from './budget.ts';
import { nodeOrThrow } from './lookup.ts';

/**
 * A node, its degree, and its relationships by type and direction. At most `limit` of each are listed; the counts count all.
 * @throws {NotFound} @throws {OverBudget}
 */
export function nodeDetails(projection: Projection, id: string, { limit }: { limit: number }, budget: Budget) {
  const node = nodeOrThrow(projection, id);
  const { adjacency } = projection;
  const relationships: Partial<Record<RelationshipType, { out_count: number; in_count: number; out: Relationship[]; in: Relationship[] }>> =
    {};
  for (const type of adjacency.types().sort()) {
    const out = adjacency.ids(id, 'out', type);
    const into = adjacency.ids(id, 'in', type);
    if (out.size + into.size === 0) continue;
    budget.spendOnIds(out.size + into.size);
    const some = (ids: Ids) => smallest(ids, limit, byText).flatMap((each) => projection.relationship(each) ?? []);
    relationships[type] = { out_count: out.size, in_count: into.size, out: some(out), in: some(into) };
  }
  return {
    node,
    degree: adjacency.degree(id, 'out') + adjacency.degree(id, 'in'),
    out_degree: adjacency.degree(id, 'out'),
    in_degree: adjacency.degree(id, 'in'),
    relationships,
  };
}
