import type { Entry, GraphNode } from '@graphtail/facts';
import { Lexicon } from './lexicon.ts';
import { textWords } from './words.ts';

/** The query stands in the text as it is, or only each of its words does. */
export type TextMatch = 'text' | 'words';

/** Nodes by the words of their docstring and signature. */
export class TextIndex {
  readonly #words = new Lexicon();

  add(node: GraphNode): void {
    for (const word of wordsOf(node)) this.#words.add(word, node.id);
  }

  remove(node: GraphNode): void {
    for (const word of wordsOf(node)) this.#words.remove(word, node.id);
  }

  clear(): void {
    this.#words.clear();
  }

  matching(query: string, nodes: ReadonlyMap<string, Entry<GraphNode>>): Map<string, TextMatch> {
    const lower = query.toLowerCase();
    const words = textWords(lower);
    const found = new Map<string, TextMatch>();
    if (lower.trim() === '') return found;
    const oneWord = words.length === 1 && words[0] === lower; // then a word that contains it proves the text does
    for (const id of words.length === 0 ? nodes.keys() : this.#withAll(words)) {
      const node = oneWord ? undefined : nodes.get(id);
      if (node === undefined || textOf(node.value).toLowerCase().includes(lower)) found.set(id, 'text');
      else if (words.length > 0) found.set(id, 'words');
    }
    return found;
  }

  #withAll(words: readonly string[]): Set<string> {
    let common: Set<string> | undefined;
    // Longest first: it is in the fewest texts.
    for (const word of [...new Set(words)].sort((a, b) => b.length - a.length)) {
      const ids = new Set<string>();
      for (const term of this.#words.containing(word)) for (const id of term.ids) if (common?.has(id) ?? true) ids.add(id);
      common = ids;
    }
    return common ?? new Set();
  }
}

function textOf(node: GraphNode): string {
  return `${node.signature ?? ''}\n${node.docstring ?? ''}`;
}

function wordsOf(node: GraphNode): Set<string> {
  return node.signature === undefined && node.docstring === undefined ? new Set() : new Set(textWords(textOf(node)));
}
