import type { RelationshipType } from '@graphtail/facts';
import type { Projection } from '../projection/projection.ts';
import type { Budget } from './budget.ts';

/** The source of such a relationship depends on its target, and so lends it weight. */
const DEPENDS: readonly RelationshipType[] = ['calls', 'instantiates', 'inherits', 'implements', 'references', 'uses', 'seam'];
/** The share of its weight that a node passes on. */
const DAMPING = 0.85;
const [MAX_ROUNDS, CLOSE_ENOUGH] = [50, 1e-7];

/**
 * PageRank: a node has much weight if nodes of much weight depend on it. A relationship counts by its confidence. All ranks add up to 1.
 * @throws {OverBudget}
 */
export function pageRanks(projection: Projection, budget: Budget): ReadonlyMap<string, number> {
  const ids = [...projection.nodes.keys()];
  budget.spend(ids.length);
  const numbers = new Map(ids.map((id, i) => [id, i]));
  const { from, to, weight } = edgesOf(projection, numbers, budget);
  const given = new Float64Array(ids.length);
  for (const [i, source] of from.entries()) given[source]! += weight[i]!;
  let ranks = new Float64Array(ids.length).fill(1 / ids.length);
  for (let round = 0, change = Infinity; round < MAX_ROUNDS && change > CLOSE_ENOUGH; round++) {
    let kept = 0; // what depends on nothing passes its weight to all alike
    for (const [i, rank] of ranks.entries()) if (given[i] === 0) kept += rank;
    const next = new Float64Array(ids.length).fill((1 - DAMPING + DAMPING * kept) / ids.length);
    for (const [i, source] of from.entries()) next[to[i]!]! += (DAMPING * ranks[source]! * weight[i]!) / given[source]!;
    change = next.reduce((sum, rank, i) => sum + Math.abs(rank - ranks[i]!), 0);
    ranks = next;
  }
  return new Map(ids.map((id, i) => [id, ranks[i]!]));
}

function edgesOf(projection: Projection, numbers: ReadonlyMap<string, number>, budget: Budget) {
  const [from, to, weight]: [number[], number[], number[]] = [[], [], []];
  for (const type of DEPENDS) {
    const found = projection.adjacency.all(type);
    budget.spend(found.length);
    for (const id of found) {
      const { source_id, target_id, confidence = 1 } = projection.relationship(id) ?? {};
      const [source, target] = [numbers.get(source_id ?? ''), numbers.get(target_id ?? '')];
      if (source === undefined || target === undefined || source === target || confidence === 0) continue;
      from.push(source);
      to.push(target);
      weight.push(confidence);
    }
  }
  return { from, to, weight };
}
