import type { GraphNode, NodeType, Relationship, RelationshipType } from '@graphtail/facts';
import { ColumnsBuilder, type CodeColumns } from '../app/graph/model/code-columns.ts';

/** A graph in a few words: files with their lines, symbols as `path#name`, and relationships as `source type target`. */
export type Sketch = {
  readonly files: Readonly<Record<string, number>>;
  /** Each with its first and last line. */
  readonly symbols?: Readonly<Record<string, readonly [number, number, NodeType?]>>;
  readonly relationships?: readonly string[];
};

export function columnsFrom({ files, symbols = {}, relationships = [] }: Sketch): CodeColumns {
  const builder = new ColumnsBuilder();
  for (const [path, lines] of Object.entries(files)) {
    builder.add(nodeOf({ id: path, file_path: path, name: path.slice(path.lastIndexOf('/') + 1), end_line: lines, line_count: lines }));
  }
  for (const [id, [start, end, type = 'function']] of Object.entries(symbols)) {
    const [file_path = '', qualified = ''] = id.split('#');
    const name = qualified.slice(qualified.lastIndexOf('.') + 1);
    builder.add(nodeOf({ id, file_path, name, node_type: type, start_line: start, end_line: end, line_count: end - start + 1 }));
  }
  for (const text of relationships) {
    const [source_id = '', type = '', target_id = ''] = text.split(' ');
    builder.connect(relationshipOf({ source_id, target_id, relationship_type: type as RelationshipType }));
  }
  return builder.finish(undefined);
}

function nodeOf(over: Partial<GraphNode> & Pick<GraphNode, 'id' | 'file_path'>): GraphNode {
  return {
    ...{ name: over.id, node_type: 'file', language: 'typescript', start_line: 1, end_line: 1, complexity: 0, line_count: 1 },
    ...(over.file_path.includes('.test.') ? { origin: 'test' as const } : {}),
    ...over,
  };
}

function relationshipOf(over: Pick<Relationship, 'source_id' | 'target_id' | 'relationship_type'>): Relationship {
  return { id: `${over.source_id}|${over.relationship_type}|${over.target_id}`, file_path: '', line_offset: 0, ...over };
}
