import { RELATIONSHIP_TYPES, type RelationshipType } from '@graphtail/facts';
import type { Projection } from '../projection/projection.ts';
import { byText } from '../projection/ranking.ts';
import type { Budget } from './budget.ts';
import { containerGraph } from './container-graph.ts';
import { containerOf, isUnder, nameOf, type Level } from './containers.ts';

export type WeightsRequest = {
  readonly level: Level;
  /** Only what is in this folder. */
  readonly under?: string | undefined;
  readonly relationship_types?: readonly RelationshipType[] | undefined;
  readonly limit: number;
};

/** By default all relationships by which code depends on other code; `contains` and `exports` stay within a file or repeat `imports`. */
const DEPENDENCIES = RELATIONSHIP_TYPES.filter((type) => type !== 'contains' && type !== 'exports' && type !== 'depends_on');

type Figures = { files: number; nodes: number; lines: number };

/**
 * How strongly files, folders or packages depend on one another: the number of relationships from one to the other. Lists the
 * containers with the most relationships; cells are between listed ones only.
 * @throws {OverBudget}
 */
export function weights(
  projection: Projection,
  { level, under = '', relationship_types: types = DEPENDENCIES, limit }: WeightsRequest,
  budget: Budget,
) {
  const folder = under.replace(/\/+$/, '');
  const admits = (path: string): boolean => isUnder(path, folder);
  const { containers, edges } = containerGraph(projection, { level, types, admits }, budget);
  const cells = [...edges.values()].flatMap((outgoing) => [...outgoing.values()]);
  const touching = new Map<string, number>();
  for (const { from, to, count } of cells) for (const each of [from, to]) touching.set(each, (touching.get(each) ?? 0) + count);
  const weightOf = (container: string): number => touching.get(container) ?? 0;
  const listed = [...containers].sort((a, b) => weightOf(b) - weightOf(a) || byText(a, b)).slice(0, limit);
  const isListed = new Set(listed);
  const figures = figuresOf(projection, level, isListed, admits, budget);
  return {
    ...{ level, under: folder },
    containers: listed.sort(byText).map((id) => ({ id, name: nameOf(id), ...figures.get(id)! })),
    cells: cells
      .filter(({ from, to }) => isListed.has(from) && isListed.has(to))
      .sort((a, b) => b.count - a.count || byText(a.from, b.from) || byText(a.to, b.to)),
    total: containers.size,
    limit,
    truncated: containers.size > listed.length,
  };
}

function figuresOf(
  projection: Projection,
  level: Level,
  listed: ReadonlySet<string>,
  admits: (path: string) => boolean,
  budget: Budget,
): Map<string, Figures> {
  const figures = new Map<string, Figures>();
  for (const { text: path, ids } of projection.files.paths()) {
    const container = admits(path) ? containerOf(path, level) : undefined;
    if (container === undefined || !listed.has(container)) continue;
    budget.spend(1);
    const sums = figures.get(container) ?? { files: 0, nodes: 0, lines: 0 };
    figures.set(container, sums);
    sums.files++;
    sums.nodes += ids.size;
    for (const id of ids) {
      const node = projection.node(id);
      if (node?.node_type === 'file') sums.lines += node.line_count;
    }
  }
  return figures;
}
