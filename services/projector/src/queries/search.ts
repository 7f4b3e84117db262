import { fileId, type GraphNode } from '@graphtail/facts';
import { NAME_MATCHES, isBehind, isMember, meansQualified, type NameHit } from '../projection/name-index.ts';
import type { Projection } from '../projection/projection.ts';
import { byText } from '../projection/ranking.ts';
import { smallest } from '../projection/smallest.ts';
import type { Budget } from './budget.ts';
import { nodeFilter, type NodeFilter } from './node-filter.ts';
import { orderBy, type Sort } from './order.ts';
import type { PageRequest } from './page.ts';
import { similarNames } from './similar-names.ts';

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
export const MATCHES = [...NAME_MATCHES, 'route', 'text', 'path', 'words', 'fuzzy', 'listed'] as const;
type Match = (typeof MATCHES)[number];
type Hit = GraphNode & { match: Match };
const RANKS = Object.fromEntries(MATCHES.map((match, rank) => [match, rank])) as Record<Match, number>;

/** A shorter text has too few letters to be recognised with one of them wrong. */
const LEAST_FUZZY = 4;

/**
 * Nodes by name or text. The order: best match, then the product's own nodes before tests, generated and vendored ones, then shorter
 * names, then declarations before members. If nothing matches, names that differ by a few letters are found. Without name and text:
 * all nodes that pass the filters.
 * @throws {OverBudget}
 */
export function search(projection: Projection, request: SearchRequest, budget: Budget) {
  const { limit, offset, sort } = request;
  const name = request.name?.trim() ?? '';
  const q = request.q?.trim() ?? '';
  const admits = nodeFilter(projection, request);
  if (name !== '' && q === '' && admits === undefined && sort === undefined && !meansQualified(name) && !/\s/.test(name)) {
    const hits = projection.names.matching(name);
    if (hits.length > 0) return byNameAlone(projection, hits, name, request, budget);
  }
  const byRank: string[][] = MATCHES.map(() => []);
  let total_count = 0;
  for (const [id, rank] of candidates(projection, name, q)) {
    budget.spend(1);
    if (admits !== undefined && !passes(projection.node(id), admits)) continue;
    byRank[rank]?.push(id);
    total_count++;
  }
  const first =
    sort === undefined
      ? firstOf(projection, byRank, offset + limit, name === '' ? q : name)
      : sorted(projection, byRank, offset + limit, sort);
  return { results: first.slice(offset), total_count, limit, offset };
}

/** Every node has one name, so names are ranked and counted instead of nodes. Only the nodes of the page are read. */
function byNameAlone(projection: Projection, hits: readonly NameHit[], name: string, { limit, offset }: PageRequest, budget: Budget) {
  budget.spendOnIds(hits.length);
  const total_count = hits.reduce((sum, { term }) => sum + term.ids.size, 0);
  const results: Hit[] = [];
  for (const { term, match } of smallest(hits, offset + limit, betterName(name))) {
    if (results.length >= offset + limit) break;
    for (const id of smallest(term.ids, offset + limit - results.length, projection.names.declarationsFirst)) {
      const node = projection.node(id);
      if (node !== undefined) results.push({ ...node, match });
    }
  }
  return { results: results.slice(offset), total_count, limit, offset };
}

function betterName(name: string) {
  return (a: NameHit, b: NameHit): number =>
    RANKS[a.match] - RANKS[b.match] ||
    Number(a.behind) - Number(b.behind) ||
    Number(b.term.text === name) - Number(a.term.text === name) ||
    a.term.text.length - b.term.text.length ||
    byText(a.term.text, b.term.text);
}

function passes(node: GraphNode | undefined, admits: (node: GraphNode) => boolean): boolean {
  return node !== undefined && admits(node);
}

/** Only ranks with nodes on the page are sorted. */
function firstOf(projection: Projection, byRank: readonly string[][], count: number, text: string) {
  const results: Hit[] = [];
  byRank.forEach((ids, rank) => {
    if (results.length >= count) return;
    const nodes = ids.flatMap((id) => projection.node(id) ?? []);
    const match = MATCHES[rank] ?? 'listed';
    const order = match === 'fuzzy' ? ownFirst : betterNode(text); // similar names come in their order
    for (const node of smallest(nodes, count - results.length, order)) results.push({ ...node, match });
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

function ownFirst(a: GraphNode, b: GraphNode): number {
  return Number(isBehind(a)) - Number(isBehind(b));
}

function betterNode(text: string) {
  return (a: GraphNode, b: GraphNode): number =>
    ownFirst(a, b) ||
    Number(b.name === text) - Number(a.name === text) ||
    a.name.length - b.name.length ||
    byText(a.name, b.name) ||
    Number(isMember(a)) - Number(isMember(b)) ||
    byText(a.id, b.id);
}

function candidates(projection: Projection, name: string, q: string): Iterable<[string, number]> {
  if (name === '' && q === '') return [...projection.nodes.keys()].map((id) => [id, RANKS.listed]);
  if (name === '') return orSimilar(projection, q, fullText(projection, q));
  const named = orSimilar(projection, name, byNames(projection, name));
  if (q === '') return named;
  const texts = fullText(projection, q);
  return [...named].filter(([id]) => texts.has(id));
}

/** Nodes by what identifies them: name, id, the path of a route or a file, or several words that occur in these. */
function byNames(projection: Projection, name: string): Map<string, number> {
  const found = offered(projection.names.matching(name));
  if (projection.node(name) !== undefined) offer(found, name, RANKS.exact);
  if (name.includes('/')) {
    for (const id of projection.names.serving(name)) offer(found, id, RANKS.route);
    for (const { text } of projection.files.containing(name.toLowerCase())) offer(found, fileId(text), RANKS.path);
  }
  for (const id of withAllWords(projection, name)) offer(found, id, RANKS.words);
  return found;
}

/** IDs of the nodes whose name, qualified name or path contains each of several words; none for a single word. */
function withAllWords(projection: Projection, text: string): ReadonlySet<string> {
  const words = text.toLowerCase().split(/\s+/);
  if (words.length === 1) return new Set();
  const having = (word: string): Set<string> => {
    const ids = new Set<string>();
    for (const terms of [projection.names.containing(word), projection.files.containing(word)])
      for (const term of terms) for (const id of term.ids) ids.add(id);
    return ids;
  };
  return words.map(having).reduce((one, other) => one.intersection(other));
}

function orSimilar(projection: Projection, text: string, found: Map<string, number>): Map<string, number> {
  if (found.size > 0 || text.length < LEAST_FUZZY) return found;
  for (const { term } of similarNames(projection.names, text)) for (const id of term.ids) offer(found, id, RANKS.fuzzy);
  return found;
}

function fullText(projection: Projection, q: string): Map<string, number> {
  const found = byNames(projection, q);
  for (const term of projection.files.containing(q.toLowerCase())) for (const id of term.ids) offer(found, id, RANKS.path);
  for (const [id, match] of projection.texts.matching(q, projection.nodes)) offer(found, id, RANKS[match]);
  return found;
}

/** Each node with the best rank of its names. */
function offered(hits: Iterable<NameHit>): Map<string, number> {
  const found = new Map<string, number>();
  for (const { term, match } of hits) for (const id of term.ids) offer(found, id, RANKS[match]);
  return found;
}

function offer(found: Map<string, number>, id: string, rank: number): void {
  const known = found.get(id);
  if (known === undefined || rank < known) found.set(id, rank);
}
