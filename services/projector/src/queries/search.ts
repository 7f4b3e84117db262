import type { GraphNode } from '@graphtail/facts';
import type { Term } from '../projection/lexicon.ts';
import { NAME_MATCHES, meansQualified, type NameMatch } from '../projection/name-index.ts';
import type { Projection } from '../projection/projection.ts';
import { byText } from '../projection/ranking.ts';
import { smallest } from '../projection/smallest.ts';
import type { Budget } from './budget.ts';
import { nodeFilter, type NodeFilter } from './node-filter.ts';
import { orderBy, type Sort } from './order.ts';
import type { PageRequest } from './page.ts';

export type SearchRequest = PageRequest &
  NodeFilter & {
    /** The text to find in names. */
    readonly name?: string | undefined;
    /** The text to find in names, docstrings, signatures and paths. */
    readonly q?: string | undefined;
    /** Default: best match first. */
    readonly sort?: Sort | undefined;
  };

/** How a node can match, best match first. A rank is a place in this list. */
export const MATCHES = [...NAME_MATCHES, 'text', 'path', 'words', 'listed'] as const;
type Match = (typeof MATCHES)[number];
type Hit = GraphNode & { match: Match };
const RANKS = Object.fromEntries(MATCHES.map((match, rank) => [match, rank])) as Record<Match, number>;

/**
 * Nodes by name or text, best match first, then by shorter name. Without name and text: all nodes that pass the filters.
 * @throws {OverBudget}
 */
export function search(projection: Projection, request: SearchRequest, budget: Budget) {
  const { limit, offset, sort } = request;
  const name = request.name?.trim() ?? '';
  const q = request.q?.trim() ?? '';
  const admits = nodeFilter(projection, request);
  if (name !== '' && q === '' && admits === undefined && sort === undefined && !meansQualified(name))
    return byNameAlone(projection, name, request, budget);
  const byRank: string[][] = MATCHES.map(() => []);
  let total_count = 0;
  for (const [id, rank] of candidates(projection, name, q)) {
    budget.spend(1);
    if (admits !== undefined && !passes(projection.node(id), admits)) continue;
    byRank[rank]?.push(id);
    total_count++;
  }
  const first = sort === undefined ? firstOf(projection, byRank, offset + limit) : sorted(projection, byRank, offset + limit, sort);
  return { results: first.slice(offset), total_count, limit, offset };
}

/** Every node has one name, so names are ranked and counted instead of nodes. Only the nodes of the page are read. */
function byNameAlone(projection: Projection, name: string, { limit, offset }: PageRequest, budget: Budget) {
  const terms = [...projection.names.matching(name)];
  budget.spendOnIds(terms.length);
  const total_count = terms.reduce((sum, [{ ids }]) => sum + ids.size, 0);
  const results: Hit[] = [];
  for (const [{ ids }, match] of smallest(terms, offset + limit, betterName)) {
    if (results.length >= offset + limit) break;
    const nodes = smallest(ids, offset + limit - results.length, byText).flatMap((id) => projection.node(id) ?? []);
    for (const node of nodes) results.push({ ...node, match });
  }
  return { results: results.slice(offset), total_count, limit, offset };
}

function betterName([a, one]: [Term, NameMatch], [b, other]: [Term, NameMatch]): number {
  return RANKS[one] - RANKS[other] || a.text.length - b.text.length || byText(a.text, b.text);
}

function passes(node: GraphNode | undefined, admits: (node: GraphNode) => boolean): boolean {
  return node !== undefined && admits(node);
}

/** Only ranks with nodes on the page are sorted. */
function firstOf(projection: Projection, byRank: readonly string[][], count: number) {
  const results: Hit[] = [];
  byRank.forEach((ids, rank) => {
    if (results.length >= count) return;
    const nodes = ids.flatMap((id) => projection.node(id) ?? []);
    const match = MATCHES[rank] ?? 'listed';
    for (const node of smallest(nodes, count - results.length, shorterName)) results.push({ ...node, match });
  });
  return results;
}

function sorted(projection: Projection, byRank: readonly string[][], count: number, sort: Sort): Hit[] {
  const hits = byRank.flatMap((ids, rank) =>
    ids.flatMap((id) => {
      const node = projection.node(id);
      return node === undefined ? [] : [{ ...node, match: MATCHES[rank] ?? 'listed' }];
    }),
  );
  return smallest(hits, count, orderBy(projection, sort));
}

function shorterName(a: GraphNode, b: GraphNode): number {
  return a.name.length - b.name.length || byText(a.name, b.name) || byText(a.id, b.id);
}

function candidates(projection: Projection, name: string, q: string): Iterable<[string, number]> {
  if (name === '' && q === '') return [...projection.nodes.keys()].map((id) => [id, RANKS.listed]);
  if (name === '') return fullText(projection, q);
  const named = offered(projection.names.matching(name));
  if (q === '') return named;
  const texts = fullText(projection, q);
  return [...named].filter(([id]) => texts.has(id));
}

function fullText(projection: Projection, q: string): Map<string, number> {
  const found = offered(projection.names.matching(q));
  for (const term of projection.files.containing(q.toLowerCase())) for (const id of term.ids) offer(found, id, RANKS.path);
  for (const [id, match] of projection.texts.matching(q, projection.nodes)) offer(found, id, RANKS[match]);
  return found;
}

/** Each node with the best rank of its names. */
function offered(terms: Iterable<[{ readonly ids: ReadonlySet<string> }, Match]>): Map<string, number> {
  const found = new Map<string, number>();
  for (const [{ ids }, match] of terms) for (const id of ids) offer(found, id, RANKS[match]);
  return found;
}

function offer(found: Map<string, number>, id: string, rank: number): void {
  const known = found.get(id);
  if (known === undefined || rank < known) found.set(id, rank);
}
