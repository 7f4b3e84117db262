import type { GraphNode, Relationship, RelationshipType } from '@graphtail/facts';
import { contentHashOf } from '../extraction/source-text.ts';
import { Linker, type LinkResult } from '../linker/linker.ts';
import { extractBytes } from '../threads/parse/extract-file.ts';

/** A small code base in memory: paths to sources. */
export type Sources = Readonly<Record<string, string>>;

/** What an analysis of a few files says. */
export class Analysed {
  readonly nodes = new Map<string, GraphNode>();
  readonly relationships: Relationship[] = [];
  readonly stats: LinkResult['stats'];

  constructor(result: LinkResult) {
    for (const file of result.files.values()) {
      for (const node of file?.nodes ?? []) this.nodes.set(node.id, node);
      this.relationships.push(...(file?.relationships ?? []));
    }
    this.stats = result.stats;
  }

  node(id: string): GraphNode {
    const node = this.nodes.get(id);
    if (node === undefined) throw new Error(`no node ${id}; there are: ${[...this.nodes.keys()].join(', ')}`);
    return node;
  }

  relationship(source: string, type: RelationshipType, target: string): Relationship {
    const found = this.relationships.find((each) => each.id === `${source}|${type}|${target}`);
    if (found === undefined) throw new Error(`no ${source}|${type}|${target}; there are: ${this.all(type).join(', ')}`);
    return found;
  }

  /** All relationships of a type, as `source -> target`, sorted. */
  all(type: RelationshipType): string[] {
    return this.relationships
      .filter(({ relationship_type }) => relationship_type === type)
      .map(({ source_id, target_id }) => `${source_id} -> ${target_id}`)
      .sort();
  }

  /** The targets of a node's relationships of a type, sorted. */
  from(source: string, type: RelationshipType): string[] {
    return this.relationships
      .filter((each) => each.relationship_type === type && each.source_id === source)
      .map(({ target_id }) => target_id)
      .sort();
  }
}

export function analyse(sources: Sources): Analysed {
  const linker = new Linker();
  for (const [path, source] of Object.entries(sources)) put(linker, path, source);
  return new Analysed(linker.link());
}

export function put(linker: Linker, path: string, source: string): void {
  const bytes = Buffer.from(source);
  linker.set(path, extractBytes(bytes, path, path.slice(path.lastIndexOf('/') + 1), contentHashOf(bytes)));
}
