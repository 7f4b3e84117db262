import { HUB_DEGREE } from '../projection/categories.ts';
import type { Projection } from '../projection/projection.ts';
import { byText } from '../projection/ranking.ts';
import { smallest } from '../projection/smallest.ts';
import type { Budget } from './budget.ts';
import type { PageRequest } from './page.ts';

export const CATEGORIES = ['entry_points', 'hubs', 'leaves'] as const;
export type Category = (typeof CATEGORIES)[number];

/** One page of a category: hubs by degree, entry points by confidence, leaves by id. @throws {OverBudget} */
export function category(projection: Projection, name: Category, { limit, offset }: PageRequest, budget: Budget) {
  const { ids, total } = members(projection, name, offset + limit, budget);
  const nodes = ids.slice(offset).flatMap((id) => {
    const node = projection.node(id);
    if (node === undefined) return [];
    return [{ ...node, degree: projection.degrees.of(id).total, ...projection.categories.entryPoints.get(id) }];
  });
  return { category: name, nodes, total, limit, offset };
}

function members({ categories }: Projection, name: Category, count: number, budget: Budget): { ids: string[]; total: number } {
  switch (name) {
    case 'hubs': {
      const total = categories.degrees.countFrom(HUB_DEGREE);
      budget.spendOnIds(total);
      return { ids: categories.degrees.top(Math.min(count, total)), total };
    }
    case 'leaves':
      budget.spendOnIds(categories.leaves.size);
      return { ids: smallest(categories.leaves, count, byText), total: categories.leaves.size };
    case 'entry_points': {
      budget.spendOnIds(categories.entryPoints.size);
      const found = smallest(categories.entryPoints, count, ([a, one], [b, other]) => other.confidence - one.confidence || byText(a, b));
      return { ids: found.map(([id]) => id), total: categories.entryPoints.size };
    }
  }
}
