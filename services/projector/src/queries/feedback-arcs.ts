import type { ContainerEdge } from './container-graph.ts';

/**
 * Edges without which there is no cycle any more, with a low sum of counts: the backward edges of an order of the members by the
 * greedy heuristic of Eades, Lin and Smyth (Information Processing Letters 47, 1993), weighted, of which those are dropped again
 * that close no cycle. The least sum itself is NP-hard to find.
 */
export function feedbackArcs(members: readonly string[], edges: readonly ContainerEdge[]): ContainerEdge[] {
  const place = new Map(greedyOrder(members, edges).map((member, at) => [member, at]));
  const isBackward = ({ from, to }: ContainerEdge): boolean => place.get(from)! >= place.get(to)!;
  const kept = new Map<string, Set<string>>(members.map((member) => [member, new Set()]));
  for (const edge of edges) if (!isBackward(edge)) kept.get(edge.from)!.add(edge.to);
  const cut: ContainerEdge[] = [];
  for (const edge of edges.filter(isBackward).sort((a, b) => b.count - a.count)) {
    if (reaches(kept, edge.to, edge.from)) cut.push(edge);
    else kept.get(edge.from)!.add(edge.to);
  }
  return cut;
}

/** Sinks go to the end, sources to the beginning, and else the member with the greatest surplus of outgoing counts. */
function greedyOrder(members: readonly string[], edges: readonly ContainerEdge[]): string[] {
  const left = new Set(members);
  const [out, into] = [new Map<string, number>(), new Map<string, number>()];
  const touching = new Map<string, ContainerEdge[]>(members.map((member) => [member, []]));
  const add = (sums: Map<string, number>, member: string, count: number): void => void sums.set(member, (sums.get(member) ?? 0) + count);
  for (const edge of edges) {
    if (edge.from === edge.to) continue;
    add(out, edge.from, edge.count);
    add(into, edge.to, edge.count);
    touching.get(edge.from)!.push(edge);
    touching.get(edge.to)!.push(edge);
  }
  const take = (member: string): string => {
    left.delete(member);
    for (const { from, to, count } of touching.get(member)!) {
      if (from === member) add(into, to, -count);
      else add(out, from, -count);
    }
    return member;
  };
  const [beginning, end]: [string[], string[]] = [[], []];
  while (left.size > 0) {
    const sink = find(left, (member) => (out.get(member) ?? 0) === 0);
    if (sink !== undefined) {
      end.push(take(sink));
      continue;
    }
    let best: string | undefined;
    for (const member of left) if (best === undefined || surplus(member) > surplus(best)) best = member;
    beginning.push(take(best!));
  }
  return [...beginning, ...end.reverse()];

  function surplus(member: string): number {
    return (into.get(member) ?? 0) === 0 ? Infinity : (out.get(member) ?? 0) - (into.get(member) ?? 0);
  }
}

function find(members: Iterable<string>, admits: (member: string) => boolean): string | undefined {
  for (const member of members) if (admits(member)) return member;
  return undefined;
}

function reaches(next: ReadonlyMap<string, ReadonlySet<string>>, from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const member of seen) {
    if (member === to) return true;
    for (const each of next.get(member) ?? []) seen.add(each);
  }
  return false;
}
