import type { GraphNode } from '@graphtail/facts';

/** A node that differs from others by its name, and from itself by its complexity. */
export function nodeNamed(name: string, complexity = 1): GraphNode {
  return {
    id: `m.ts#${name}`,
    name,
    node_type: 'function',
    language: 'typescript',
    file_path: 'm.ts',
    start_line: 1,
    end_line: 2,
    complexity,
    line_count: 2,
  };
}
