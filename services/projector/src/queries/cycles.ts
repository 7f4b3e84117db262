import { fileId } from '@graphtail/facts';
import type { Projection } from '../projection/projection.ts';
import { byText } from '../projection/ranking.ts';
import type { Budget } from './budget.ts';
import { containerGraph, type ContainerEdge, type ContainerGraph } from './container-graph.ts';
import { nameOf, type Level } from './containers.ts';
import { feedbackArcs } from './feedback-arcs.ts';
import { pageOf, type PageRequest } from './page.ts';
import { strongComponents } from './strong-components.ts';

export type CyclesRequest = PageRequest & { readonly level: Level };

/** Members, and edges, that one cycle lists. The counts count all. */
const MAX_LISTED = 500;
/** The cheapest cut is sought only in cycles of at most so many edges: the search takes their number times that of the members. */
const MAX_CUT_EDGES = 20_000;

/**
 * Files, folders or packages that import one another in a circle, largest circle first: each a strongly connected component of the
 * imports, with the edges between its members and a cheap set of edges without which it would be none.
 * @throws {OverBudget}
 */
export function cycles(projection: Projection, { level, ...request }: CyclesRequest, budget: Budget) {
  const graph = containerGraph(projection, { level, types: ['imports'], admits: () => true }, budget);
  const next = (member: string): Iterable<string> => graph.edges.get(member)?.keys() ?? [];
  const components = strongComponents([...graph.containers].sort(byText), next);
  components.sort((a, b) => b.length - a.length || byText(a.toSorted(byText)[0]!, b.toSorted(byText)[0]!));
  const { page, items } = pageOf(components, request);
  return { level, cycles: items.map((members) => cycle(projection, graph, members.sort(byText), level, budget)), ...page };
}

function cycle(projection: Projection, graph: ContainerGraph, members: readonly string[], level: Level, budget: Budget) {
  const inside = new Set(members);
  const edges = members.flatMap((from) => [...(graph.edges.get(from)?.values() ?? [])].filter(({ to }) => to !== from && inside.has(to)));
  budget.spend(edges.length);
  const cut = edges.length > MAX_CUT_EDGES ? [] : feedbackArcs(members, edges);
  const idOf = (container: string): string => (level === 'file' ? fileId(container) : container);
  const described = ({ from, to, count }: ContainerEdge) => ({ source_id: idOf(from), target_id: idOf(to), count });
  return {
    members: members
      .slice(0, MAX_LISTED)
      .map((path) => (level === 'file' ? projection.node(fileId(path)) : undefined) ?? { id: path, name: nameOf(path) }),
    member_count: members.length,
    edges: edges.slice(0, MAX_LISTED).map(described),
    edge_count: edges.length,
    cut: cut.slice(0, MAX_LISTED).map(described),
    truncated: members.length > MAX_LISTED || edges.length > MAX_LISTED || edges.length > MAX_CUT_EDGES,
  };
}
