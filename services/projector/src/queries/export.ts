import type { Entry, GraphNode, Relationship } from '@graphtail/facts';
import { isTestPath } from '../projection/entry-point.ts';
import type { Projection } from '../projection/projection.ts';
import { nodeFilter, type NodeFilter } from './node-filter.ts';

export type ExportRequest = NodeFilter & {
  /** External packages, the standard library among them. */
  readonly include_packages: boolean;
  readonly include_tests: boolean;
  readonly include_private: boolean;
};

/** What is taken out of a state is taken at once: the state may change while it is written to a socket. */
export type Extract = { readonly nodes: readonly GraphNode[]; readonly relationships: readonly Relationship[] };

/** The whole state. */
export function wholeState(projection: Projection): Extract {
  return { nodes: values(projection.nodes), relationships: values(projection.relationships) };
}

/** The nodes that the filters let through, and the relationships between them. */
export function exported(projection: Projection, request: ExportRequest): Extract {
  const admits = nodeFilter(projection, request);
  const nodes = values(projection.nodes).filter((node) => isWanted(node, request) && admits?.(node) !== false);
  if (nodes.length === projection.nodes.size) return wholeState(projection);
  const ids = new Set(nodes.map((node) => node.id));
  const relationships = values(projection.relationships).filter((each) => ids.has(each.source_id) && ids.has(each.target_id));
  return { nodes, relationships };
}

function isWanted(node: GraphNode, { include_packages, include_tests, include_private }: ExportRequest): boolean {
  return (
    (include_packages || node.node_type !== 'package') &&
    (include_tests || !isTestPath(node.file_path)) &&
    (include_private || node.visibility !== 'private')
  );
}

function values<Value>(entries: ReadonlyMap<string, Entry<Value>>): Value[] {
  return Array.from(entries.values(), (entry) => entry.value);
}
