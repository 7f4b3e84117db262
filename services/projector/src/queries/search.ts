import type { GraphNode } from '@graphtail/facts';
import picomatch from 'picomatch';
import type { Projection } from '../projection/projection.ts';
import { MATCHES } from '../projection/name-index.ts';
import { byText } from '../projection/ranking.ts';
import { smallest } from '../projection/smallest.ts';
import type { PageRequest } from './page.ts';

export type SearchRequest = PageRequest & {
  /** Answered by names alone. */
  readonly name?: string | undefined;
  /** Answered by names, docstrings, signatures and paths. */
  readonly q?: string | undefined;
  readonly language?: string | undefined;
  readonly node_type?: string | undefined;
  /** A glob over file_path, or part of one. */
  readonly path?: string | undefined;
};

/** How a node answers, best first. */
const ORDER = [...MATCHES, 'text', 'path', 'words', 'listed'] as const;
type Match = (typeof ORDER)[number];
type Hit = { readonly node: GraphNode; readonly match: Match };

/** Nodes by name or text, best match first, then the shorter name. With neither, all that the filters let through. */
export function search(projection: Projection, request: SearchRequest) {
  const matches = narrowed(request.name?.trim(), request.q?.trim(), projection);
  const admits = filterOf(projection, request);
  const hits: Hit[] = [];
  for (const [id, match] of matches) {
    const node = projection.node(id);
    if (node !== undefined && admits(node)) hits.push({ node, match });
  }
  const { limit, offset } = request;
  const results = smallest(hits, offset + limit, byRelevance).slice(offset);
  return { results: results.map(({ node, match }) => ({ ...node, match })), total_count: hits.length, limit, offset };
}

function narrowed(name: string | undefined, q: string | undefined, projection: Projection): Iterable<readonly [string, Match]> {
  const named = name ? projection.names.matching(name) : undefined;
  const texts = q ? fullText(projection, q) : undefined;
  if (named === undefined) return texts ?? everything(projection);
  if (texts === undefined) return named;
  return [...named].filter(([id]) => texts.has(id));
}

function* everything(projection: Projection): Iterable<readonly [string, Match]> {
  for (const id of projection.nodes.keys()) yield [id, 'listed'];
}

function fullText(projection: Projection, q: string): Map<string, Match> {
  const found = new Map<string, Match>(projection.names.matching(q));
  const offer = (id: string, match: Match): void => {
    const known = found.get(id);
    if (known === undefined || rank(match) < rank(known)) found.set(id, match);
  };
  for (const term of projection.files.containing(q.toLowerCase())) for (const id of term.ids) offer(id, 'path');
  for (const [id, match] of projection.texts.matching(q, projection.nodes)) offer(id, match);
  return found;
}

function filterOf(projection: Projection, { language, node_type: type, path }: SearchRequest): (node: GraphNode) => boolean {
  const paths = path === undefined ? undefined : pathsMatching(projection, path);
  return (node) =>
    (language === undefined || node.language === language) &&
    (type === undefined || node.node_type === type) &&
    (paths === undefined || paths.has(node.file_path));
}

function pathsMatching(projection: Projection, path: string): Set<string> {
  const glob = picomatch.scan(path).isGlob ? picomatch(path, { dot: true }) : undefined;
  const paths = new Set<string>();
  for (const { text } of projection.files.terms()) if (glob === undefined ? text.includes(path) : glob(text)) paths.add(text);
  return paths;
}

const RANKS = new Map<Match, number>(ORDER.map((match, index) => [match, index]));

function rank(match: Match): number {
  return RANKS.get(match) ?? ORDER.length;
}

function byRelevance(a: Hit, b: Hit): number {
  return (
    rank(a.match) - rank(b.match) ||
    a.node.name.length - b.node.name.length ||
    byText(a.node.name, b.node.name) ||
    byText(a.node.id, b.node.id)
  );
}
