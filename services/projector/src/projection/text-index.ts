import type { Entry, GraphNode } from '@graphtail/facts';
import { Lexicon, type Term } from './lexicon.ts';
import { textWords } from './words.ts';

/** `text`: the text contains the whole query. `words`: the text contains each word of the query. */
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
    const found = new Map<string, TextMatch>();
    if (lower.trim() === '') return found;
    const words = textWords(lower);
    const rarest = this.#rarest(words);
    const oneWord = words.length === 1 && words[0] === lower; // then the text contains the query if one of its words does
    for (const id of rarest ?? nodes.keys()) {
      const node = oneWord ? undefined : nodes.get(id);
      const text = node === undefined ? undefined : textOf(node.value).toLowerCase();
      if (text === undefined || text.includes(lower)) found.set(id, 'text');
      else if (rarest !== undefined && words.every((word) => text.includes(word))) found.set(id, 'words');
    }
    return found;
  }

  /** The nodes that have the rarest of the words; undefined if there is no word. */
  #rarest(words: readonly string[]): Set<string> | undefined {
    let rarest: { terms: Term[]; nodes: number } | undefined;
    for (const word of words) {
      const terms = [...this.#words.containing(word)];
      const nodes = terms.reduce((sum, term) => sum + term.ids.size, 0);
      if (rarest === undefined || nodes < rarest.nodes) rarest = { terms, nodes };
    }
    return rarest && new Set(rarest.terms.flatMap((term) => [...term.ids]));
  }
}

function textOf(node: GraphNode): string {
  return `${node.signature ?? ''}\n${node.docstring ?? ''}`;
}

function wordsOf(node: GraphNode): Set<string> {
  return node.signature === undefined && node.docstring === undefined ? new Set() : new Set(textWords(textOf(node)));
}
