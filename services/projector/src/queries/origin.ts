import type { GraphNode } from '@graphtail/facts';

/** What a list can leave out: code that nobody reads as the product's source, and external packages. */
export const ORIGINS = ['test', 'generated', 'vendored', 'package'] as const;
export type Origin = (typeof ORIGINS)[number];

/** Where a node comes from, if it is not the product's own source. */
export function originOf(node: GraphNode): Origin | undefined {
  return node.node_type === 'package' ? 'package' : node.origin;
}
