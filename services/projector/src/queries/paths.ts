import type { GraphNode, Relationship, RelationshipType } from '@graphtail/facts';
import type { Projection } from '../projection/projection.ts';
import { byText } from '../projection/ranking.ts';
import type { Budget } from './budget.ts';
import { nodeOrThrow } from './lookup.ts';

export type PathsRequest = {
  readonly from_node: string;
  readonly to_node: string;
  readonly k: number;
  readonly relationship_types?: readonly RelationshipType[] | undefined;
};

/** Followed by default: what a request or an effect passes along. `contains` and `exports` would connect everything by way of its file. */
const FOLLOWED: readonly RelationshipType[] = [
  'calls',
  'instantiates',
  'inherits',
  'implements',
  'overrides',
  'references',
  'uses',
  'imports',
  'depends_on',
  'seam',
];

/** Without its first node: each step's relationship leads to the step's node. */
type Path = readonly Relationship[];

/**
 * The shortest paths from one node to another, without loops, shortest first, by Yen's algorithm (Management Science 17, 1971) over
 * breadth-first searches. Paths of equal length are in the order of their relationships' ids.
 * @throws {NotFound} @throws {OverBudget}
 */
export function paths(projection: Projection, request: PathsRequest, budget: Budget) {
  const from = nodeOrThrow(projection, request.from_node);
  const to = nodeOrThrow(projection, request.to_node);
  const search = new Search(projection, request.relationship_types ?? FOLLOWED, to.id, budget);
  const found: Path[] = [];
  const candidates = new Map<string, Path>();
  const first = search.shortest(from.id, new Set(), new Set());
  if (first !== undefined) found.push(first);
  while (found.length > 0 && found.length < request.k) {
    for (const deviation of deviations(search, found, from.id)) candidates.set(keyOf(deviation), deviation);
    for (const known of found) candidates.delete(keyOf(known));
    const [best] = [...candidates.values()].sort(byLength);
    if (best === undefined) break;
    candidates.delete(keyOf(best));
    found.push(best);
  }
  return { from_node: from.id, to_node: to.id, paths: found.map((path) => described(projection, from, path)), total: found.length };
}

/** Paths that leave the newest path at each of its nodes, by a relationship that no path with the same beginning takes. */
function* deviations(search: Search, found: readonly Path[], start: string): Generator<Path> {
  const newest = found.at(-1)!;
  const passed = new Set<string>();
  for (let at = 0; at < newest.length; at++) {
    const spur = at === 0 ? start : newest[at - 1]!.target_id;
    const root = newest.slice(0, at);
    const taken = new Set(found.filter((path) => keyOf(path.slice(0, at)) === keyOf(root)).flatMap((path) => path[at]?.id ?? []));
    const rest = search.shortest(spur, passed, taken);
    if (rest !== undefined) yield [...root, ...rest];
    passed.add(spur);
  }
}

function keyOf(path: Path): string {
  return path.map(({ id }) => id).join('\n');
}

function byLength(a: Path, b: Path): number {
  return a.length - b.length || byText(keyOf(a), keyOf(b));
}

function described(projection: Projection, from: GraphNode, path: Path) {
  return { length: path.length, nodes: [from, ...path.flatMap(({ target_id }) => projection.node(target_id) ?? [])], edges: path };
}

/** Breadth-first searches for one node. */
class Search {
  readonly #projection: Projection;
  readonly #types: readonly RelationshipType[];
  readonly #to: string;
  readonly #budget: Budget;

  constructor(projection: Projection, types: readonly RelationshipType[], to: string, budget: Budget) {
    this.#projection = projection;
    this.#types = types;
    this.#to = to;
    this.#budget = budget;
  }

  /** The shortest path from a node that visits none of `avoided` and does not begin with any of `taken`. */
  shortest(from: string, avoided: ReadonlySet<string>, taken: ReadonlySet<string>): Path | undefined {
    if (from === this.#to) return [];
    const arrivedBy = new Map<string, Relationship | undefined>([[from, undefined]]);
    // Iterating over a map also visits entries that are added meanwhile, so the map is the queue.
    for (const id of arrivedBy.keys()) {
      for (const step of this.#stepsFrom(id)) {
        const next = step.target_id;
        if (arrivedBy.has(next) || avoided.has(next) || (id === from && taken.has(step.id))) continue;
        if (this.#projection.node(next) === undefined) continue;
        arrivedBy.set(next, step);
        if (next === this.#to) return pathTo(next, arrivedBy);
      }
    }
    return undefined;
  }

  #stepsFrom(id: string): Relationship[] {
    return this.#types.flatMap((type) => {
      const ids = this.#projection.adjacency.ids(id, 'out', type);
      this.#budget.spend(1 + ids.size);
      return [...ids].sort(byText).flatMap((each) => this.#projection.relationship(each) ?? []);
    });
  }
}

function pathTo(end: string, arrivedBy: ReadonlyMap<string, Relationship | undefined>): Path {
  const path: Relationship[] = [];
  for (let step = arrivedBy.get(end); step !== undefined; step = arrivedBy.get(step.source_id)) path.unshift(step);
  return path;
}
