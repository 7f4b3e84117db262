import type { GraphNode } from '@graphtail/facts';
import { HUB_DEGREE } from '../projection/categories.ts';
import type { Projection } from '../projection/projection.ts';
import { byText } from '../projection/ranking.ts';
import { smallest } from '../projection/smallest.ts';
import type { Budget } from './budget.ts';
import { orderBy, type Sort } from './order.ts';
import { originOf, type Origin } from './origin.ts';
import type { PageRequest } from './page.ts';
import { pageRanks } from './page-rank.ts';

export const CATEGORIES = ['entry_points', 'hubs', 'leaves'] as const;
export type Category = (typeof CATEGORIES)[number];

/** Only hubs can be sorted by it. They are then other nodes: those of much PageRank. */
export const BY_PAGE_RANK = 'pagerank';
/** A node with so many times the mean PageRank is a hub. */
const HUB_RANK = 5;

export type CategoryRequest = PageRequest & {
  readonly exclude?: readonly Origin[] | undefined;
  /** Default: hubs by degree, entry points by confidence, leaves by id. */
  readonly sort?: Sort | typeof BY_PAGE_RANK | undefined;
};

/** One page of a category. @throws {OverBudget} */
export function category(projection: Projection, name: Category, { exclude = [], sort, limit, offset }: CategoryRequest, budget: Budget) {
  const excluded: ReadonlySet<Origin | undefined> = new Set(exclude);
  const ranks = sort === BY_PAGE_RANK ? pageRanks(projection, budget) : undefined;
  const members: GraphNode[] = [];
  for (const id of ranks === undefined ? idsOf(projection, name, budget) : highest(ranks)) {
    const node = projection.node(id);
    if (node !== undefined && !excluded.has(originOf(node))) members.push(node);
  }
  const rankOf = ({ id }: GraphNode): number => ranks?.get(id) ?? 0;
  const compare = compareBy(projection, name, sort, rankOf);
  const nodes = smallest(members, offset + limit, compare)
    .slice(offset)
    .map((node) => ({
      ...node,
      degree: projection.degrees.of(node.id).total,
      ...(ranks !== undefined && { pagerank: rankOf(node) }),
      ...projection.categories.entryPoints.get(node.id),
    }));
  return { category: name, nodes, total: members.length, limit, offset };
}

function compareBy(projection: Projection, name: Category, sort: CategoryRequest['sort'], rankOf: (node: GraphNode) => number) {
  if (sort === BY_PAGE_RANK) return (a: GraphNode, b: GraphNode) => rankOf(b) - rankOf(a) || byText(a.id, b.id);
  return sort === undefined ? usual(projection, name) : orderBy(projection, sort);
}

function highest(ranks: ReadonlyMap<string, number>): string[] {
  return [...ranks].filter(([, rank]) => rank * ranks.size >= HUB_RANK).map(([id]) => id);
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
