import type { Projection } from '../projection/projection.ts';
import { byText } from '../projection/ranking.ts';
import { smallest } from '../projection/smallest.ts';
import type { Budget } from './budget.ts';
import type { PageRequest } from './page.ts';

/** Every seam with both its ends, by id: the calling function and the route that serves it. @throws {OverBudget} */
export function seams(projection: Projection, { limit, offset }: PageRequest, budget: Budget) {
  const ids = projection.adjacency.all('seam');
  budget.spendOnIds(ids.length);
  return {
    seams: smallest(ids, offset + limit, byText)
      .slice(offset)
      .flatMap((id) => {
        const relationship = projection.relationship(id);
        if (relationship === undefined) return [];
        return [{ ...relationship, source: projection.node(relationship.source_id), target: projection.node(relationship.target_id) }];
      }),
    total: ids.length,
    limit,
    offset,
  };
}
