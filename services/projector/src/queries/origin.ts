import type { GraphNode } from '@graphtail/facts';
import { isTestPath } from '../projection/entry-point.ts';

/** What a list can leave out: code that nobody reads as the product's source, and external packages. */
export const ORIGINS = ['test', 'generated', 'vendored', 'package'] as const;
export type Origin = (typeof ORIGINS)[number];

/** Where a node comes from, if it is not the product's own source. */
export function originOf(node: GraphNode): Origin | undefined {
  if (node.node_type === 'package') return 'package';
  return isTestPath(node.file_path) ? 'test' : undefined;
}
