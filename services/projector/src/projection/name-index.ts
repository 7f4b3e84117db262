import type { GraphNode } from '@graphtail/facts';
import { Lexicon, type Term } from './lexicon.ts';
import { byText } from './ranking.ts';
import { smallest } from './smallest.ts';
import { abbreviates, humps } from './words.ts';

/** How a name can match a query, best match first. */
export const NAME_MATCHES = ['exact', 'prefix', 'camel_case', 'substring'] as const;
export type NameMatch = (typeof NAME_MATCHES)[number];

/** Whether a query contains a separator, like `Parser.parse`. */
export function meansQualified(query: string): boolean {
  return /[.#:/]/.test(query);
}

/** A name that matches a query. `behind`: its nodes are tests, generated or vendored, which come after all others. */
export type NameHit = { readonly term: Term; readonly match: NameMatch; readonly behind: boolean };

/** Nodes by name, by qualified name and by route path. */
export class NameIndex {
  /** Names of the product's own nodes, and of those that come behind them. */
  readonly #names = { own: new Lexicon(abbreviationKeys), behind: new Lexicon(abbreviationKeys) };
  readonly #qualified = new Lexicon();
  readonly #members = new Set<string>();
  readonly #routes = new Map<string, string>();

  add(node: GraphNode): void {
    this.#lexiconOf(node).add(node.name, node.id);
    if (node.qualified_name !== undefined) this.#qualified.add(node.qualified_name, node.id);
    if (isMember(node)) this.#members.add(node.id);
    if (node.route_path !== undefined) this.#routes.set(node.id, node.route_path);
  }

  remove(node: GraphNode): void {
    this.#lexiconOf(node).remove(node.name, node.id);
    if (node.qualified_name !== undefined) this.#qualified.remove(node.qualified_name, node.id);
    this.#members.delete(node.id);
    this.#routes.delete(node.id);
  }

  clear(): void {
    this.#names.own.clear();
    this.#names.behind.clear();
    this.#qualified.clear();
    this.#members.clear();
    this.#routes.clear();
  }

  #lexiconOf(node: GraphNode): Lexicon {
    return isBehind(node) ? this.#names.behind : this.#names.own;
  }

  /** IDs of the nodes with exactly this qualified name. If there are none, the nodes with exactly this name. */
  exactly(symbol: string): ReadonlySet<string> {
    const { own, behind } = this.#names;
    const named = (lexicon: Lexicon): ReadonlySet<string> => lexicon.term(symbol)?.ids ?? new Set();
    return this.#qualified.term(symbol)?.ids ?? named(own).union(named(behind));
  }

  /** The names and qualified names that have the most letters in a row in common with a text. */
  alike(text: string, most: number): Term[] {
    const { own, behind } = this.#names;
    const lexicons = meansQualified(text) ? [this.#qualified, own, behind] : [own, behind];
    const found = lexicons.flatMap((lexicon) => lexicon.alike(text.toLowerCase()));
    return smallest(found, most, ([a, one], [b, other]) => other - one || byText(a.text, b.text)).map(([term]) => term);
  }

  /** Names that match a query, and how well. If the query has a separator, qualified names are included. */
  matching(query: string): NameHit[] {
    const lower = query.toLowerCase();
    if (lower === '') return [];
    const { own, behind } = this.#names;
    const qualified = meansQualified(lower) ? hits(this.#qualified, lower, false) : [];
    return [...qualified, ...hits(own, lower, false), ...hits(behind, lower, true)];
  }

  /** Names and qualified names that contain a text given in lower case. */
  *containing(lower: string): Iterable<Term> {
    for (const lexicon of [this.#names.own, this.#names.behind, this.#qualified]) yield* lexicon.containing(lower);
  }

  /** IDs of the routes that serve a path: `/users/{id}` serves `/users/42`, `/users/:id` and `GET /users/{name}`. */
  *serving(path: string): Iterable<string> {
    const wanted = segmentsOf(path);
    for (const [id, route] of this.#routes) if (serves(segmentsOf(route), wanted)) yield id;
  }

  /** The order of a name's nodes: declarations before members. */
  readonly declarationsFirst = (a: string, b: string): number =>
    Number(this.#members.has(a)) - Number(this.#members.has(b)) || byText(a, b);
}

/** Whether a node comes after all others of an equal match. */
export function isBehind(node: GraphNode): boolean {
  return node.origin !== undefined;
}

export function isMember({ node_type: type }: GraphNode): boolean {
  return type === 'method' || type === 'property';
}

function hits(lexicon: Lexicon, lower: string, behind: boolean): NameHit[] {
  const found = new Map<Term, NameMatch>();
  for (const term of lexicon.containing(lower)) found.set(term, containmentOf(lower, term));
  if (lower.length > 1) {
    for (const term of lexicon.under(lower.slice(0, 2))) {
      const known = found.get(term);
      if (known === 'exact' || known === 'prefix') continue;
      if (isSubsequence(lower, term.lower) && abbreviates(lower, humps(term.text))) found.set(term, 'camel_case');
    }
  }
  return Array.from(found, ([term, match]) => ({ term, match, behind }));
}

/** The parts of a route's path. A parameter is empty, however it is written. */
function segmentsOf(path: string): string[] {
  const [route = ''] = path.replace(/^[A-Za-z]+ +/, '').split('?');
  return route
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => (/^[:{[<*]/.test(segment) ? '' : segment.toLowerCase()));
}

function serves(route: readonly string[], wanted: readonly string[]): boolean {
  return route.length > 0 && route.length === wanted.length && route.every((segment, at) => segment === '' || segment === wanted[at]);
}

/** Whether a text has the query's letters in their order. This cheap check rules out most names before they are split into words. */
function isSubsequence(query: string, text: string): boolean {
  let at = 0;
  for (let i = 0; i < text.length && at < query.length; i++) if (text.charCodeAt(i) === query.charCodeAt(at)) at++;
  return at === query.length;
}

function containmentOf(lower: string, term: Term): NameMatch {
  if (term.lower === lower) return 'exact';
  return term.lower.startsWith(lower) ? 'prefix' : 'substring';
}

/**
 * The first two letters that an abbreviation of this name can have: the first two of one word, or the first
 * letters of two successive words.
 */
function abbreviationKeys(name: string): Set<string> {
  const words = humps(name);
  const keys = new Set<string>();
  words.forEach((word, index) => {
    const next = words[index + 1];
    if (word.length > 1) keys.add(word.slice(0, 2));
    if (next !== undefined) keys.add(word.charAt(0) + next.charAt(0));
  });
  return keys;
}
