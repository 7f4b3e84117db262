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

/** Nodes by name and by qualified name. */
export class NameIndex {
  readonly #names = new Lexicon(abbreviationKeys);
  readonly #qualified = new Lexicon();

  add(node: GraphNode): void {
    this.#names.add(node.name, node.id);
    if (node.qualified_name !== undefined) this.#qualified.add(node.qualified_name, node.id);
  }

  remove(node: GraphNode): void {
    this.#names.remove(node.name, node.id);
    if (node.qualified_name !== undefined) this.#qualified.remove(node.qualified_name, node.id);
  }

  clear(): void {
    this.#names.clear();
    this.#qualified.clear();
  }

  /** IDs of the nodes with exactly this qualified name. If there are none, the nodes with exactly this name. */
  exactly(symbol: string): ReadonlySet<string> {
    return this.#qualified.term(symbol)?.ids ?? this.#names.term(symbol)?.ids ?? new Set();
  }

  /** The names and qualified names that have the most letters in a row in common with a text. */
  alike(text: string, most: number): Term[] {
    const lexicons = meansQualified(text) ? [this.#qualified, this.#names] : [this.#names];
    const found = lexicons.flatMap((lexicon) => lexicon.alike(text.toLowerCase()));
    return smallest(found, most, ([a, one], [b, other]) => other - one || byText(a.text, b.text)).map(([term]) => term);
  }

  /** Names that match a query, and how well. If the query has a separator, qualified names are included. */
  matching(query: string): Map<Term, NameMatch> {
    const lower = query.toLowerCase();
    const found = new Map<Term, NameMatch>();
    if (lower === '') return found;
    for (const lexicon of meansQualified(lower) ? [this.#names, this.#qualified] : [this.#names]) {
      for (const term of lexicon.containing(lower)) found.set(term, containmentOf(lower, term));
    }
    if (lower.length > 1) {
      for (const term of this.#names.under(lower.slice(0, 2))) {
        const known = found.get(term);
        if (known === 'exact' || known === 'prefix') continue;
        if (isSubsequence(lower, term.lower) && abbreviates(lower, humps(term.text))) found.set(term, 'camel_case');
      }
    }
    return found;
  }
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
