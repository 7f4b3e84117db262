import type { GraphNode } from '@graphtail/facts';
import { Lexicon, type Term } from './lexicon.ts';

/** Nodes by file path. */
export class FileIndex {
  readonly #paths = new Lexicon();

  add(node: GraphNode): void {
    this.#paths.add(node.file_path, node.id);
  }

  remove(node: GraphNode): void {
    this.#paths.remove(node.file_path, node.id);
  }

  clear(): void {
    this.#paths.clear();
  }

  /** Every path, with the nodes of the file. */
  paths(): Iterable<Term> {
    return this.#paths.terms();
  }

  /** IDs of the nodes in a file. */
  nodesAt(path: string): ReadonlySet<string> | undefined {
    return this.#paths.term(path)?.ids;
  }

  /** Paths that contain a text given in lower case. */
  containing(lower: string): Iterable<Term> {
    return this.#paths.containing(lower);
  }
}
