import type { GraphNode } from '@graphtail/facts';
import { Lexicon, type Term } from './lexicon.ts';
import { abbreviates, humps } from './words.ts';

/** How well a name answers a query; lower is better. */
export const MATCHES = ['exact', 'prefix', 'camel_case', 'substring'] as const;
export type NameMatch = (typeof MATCHES)[number];

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

  /** IDs of the nodes with exactly this qualified name; of those with this name where there is none. */
  exactly(symbol: string): ReadonlySet<string> {
    return this.#qualified.term(symbol)?.ids ?? this.#names.term(symbol)?.ids ?? new Set();
  }

  /** Nodes whose name (for a query with a separator: qualified name) answers a query, and how well. */
  matching(query: string): Map<string, NameMatch> {
    const lower = query.toLowerCase();
    const found = new Map<string, NameMatch>();
    if (lower === '') return found;
    const lexicon = /[.#:/]/.test(lower) ? [this.#names, this.#qualified] : [this.#names];
    for (const terms of lexicon) {
      for (const term of terms.containing(lower)) note(found, term, containmentOf(lower, term));
    }
    if (lower.length > 1) {
      for (const term of this.#names.under(lower.slice(0, 2))) if (abbreviates(lower, humps(term.text))) note(found, term, 'camel_case');
    }
    return found;
  }
}

function containmentOf(lower: string, term: Term): NameMatch {
  if (term.lower === lower) return 'exact';
  return term.lower.startsWith(lower) ? 'prefix' : 'substring';
}

function note(found: Map<string, NameMatch>, term: Term, match: NameMatch): void {
  for (const id of term.ids) {
    const known = found.get(id);
    if (known === undefined || MATCHES.indexOf(match) < MATCHES.indexOf(known)) found.set(id, match);
  }
}

/**
 * The first two letters that a query for this name can have where it is made of word beginnings:
 * both from one word, or one each from successive words.
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
