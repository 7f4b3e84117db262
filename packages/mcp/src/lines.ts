import type { Edge, GraphNode } from './answers.ts';

/** A node in one line: its id, which every tool takes as `symbol`, its lines, and what it is. */
export function nodeLine(node: GraphNode, more = ''): string {
  const lines = node.node_type === 'file' || node.node_type === 'package' ? '' : `:${String(node.start_line)}-${String(node.end_line)}`;
  const what = node.node_type === 'file' ? `file, ${String(node.line_count)} lines` : node.node_type;
  const complex = node.complexity > 10 ? `, complexity ${String(node.complexity)}` : '';
  return `${node.id}${lines}  ${what}${complex}${more === '' ? '' : `, ${more}`}`;
}

/** How a relationship is meant, and how sure it is. */
export function edgeWords({ relationship_type: type, confidence, resolution, count }: Edge): string {
  const sure = confidence === undefined || confidence >= 0.9 ? '' : ` (${resolution ?? 'guessed'}, ${String(confidence)})`;
  return `${type}${count !== undefined && count > 1 ? ` ×${String(count)}` : ''}${sure}`;
}

/** `one caller`, `3 callers`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? `1 ${one}` : `${String(count)} ${many}`;
}

/** Figures by name, highest first. */
export function figures(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${String(count)}`)
    .join(', ');
}
