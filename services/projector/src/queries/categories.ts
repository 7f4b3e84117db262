import type { GraphNode } from '@graphtail/facts';
import { HUB_DEGREE } from '../projection/categories.ts';
import type { Projection } from '../projection/projection.ts';
import { byText } from '../projection/ranking.ts';
import { smallest } from '../projection/smallest.ts';
import type { Budget } from './budget.ts';
import { orderBy, type Sort } from './order.ts';
import { originOf, type Origin } from './origin.ts';
import type { PageRequest } from './page.ts';

export const CATEGORIES = ['entry_points', 'hubs', 'leaves'] as const;
export type Category = (typeof CATEGORIES)[number];

export type CategoryRequest = PageRequest & {
  readonly exclude?: readonly Origin[] | undefined;
  /** Default: hubs by degree, entry points by confidence, leaves by id. */
  readonly sort?: Sort | undefined;
};

/** One page of a category. @throws {OverBudget} */
export function category(projection: Projection, name: Category, { exclude = [], sort, limit, offset }: CategoryRequest, budget: Budget) {
  const excluded: ReadonlySet<Origin | undefined> = new Set(exclude);
  const members: GraphNode[] = [];
  for (const id of idsOf(projection, name, budget)) {
    const node = projection.node(id);
    if (node !== undefined && !excluded.has(originOf(node))) members.push(node);
  }
  const compare = sort === undefined ? usual(projection, name) : orderBy(projection, sort);
  const nodes = smallest(members, offset + limit, compare)
    .slice(offset)
    .map((node) => ({ ...node, degree: projection.degrees.of(node.id).total, ...projection.categories.entryPoints.get(node.id) }));
  return { category: name, nodes, total: members.length, limit, offset };
}

function idsOf({ categories }: Projection, name: Category, budget: Budget): Iterable<string> {
  switch (name) {
    case 'hubs': {
      const total = categories.degrees.countFrom(HUB_DEGREE);
      budget.spendOnIds(total);
      return categories.degrees.top(total);
    }
    case 'leaves':
      budget.spendOnIds(categories.leaves.size);
      return categories.leaves;
    case 'entry_points':
      budget.spendOnIds(categories.entryPoints.size);
      return categories.entryPoints.keys();
  }
}

function usual(projection: Projection, name: Category): (a: GraphNode, b: GraphNode) => number {
  const confidence = ({ id }: GraphNode): number => projection.categories.entryPoints.get(id)?.confidence ?? 0;
  switch (name) {
    case 'hubs':
      return orderBy(projection, 'degree');
    case 'leaves':
      return (a, b) => byText(a.id, b.id);
    case 'entry_points':
      return (a, b) => confidence(b) - confidence(a) || byText(a.id, b.id);
  }
}
