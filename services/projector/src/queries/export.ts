import type { Entry, GraphNode, Relationship } from '@graphtail/facts';
import type { Projection } from '../projection/projection.ts';
import type { Budget } from './budget.ts';
import { nodeFilter, type NodeFilter } from './node-filter.ts';

export type ExportRequest = NodeFilter & {
  /** External packages, including the standard library. */
  readonly include_packages: boolean;
  readonly include_tests: boolean;
  readonly include_private: boolean;
};

/**
 * The entities of an export are selected at once, because the state may change while they are written to a socket. The value of
 * each is read only when it is written, so that the values of a whole graph are never in memory at once.
 */
export type Extract = {
  readonly node_count: number;
  readonly relationship_count: number;
  readonly nodes: Iterable<GraphNode>;
  readonly relationships: Iterable<Relationship>;
};

/** The whole state. @throws {OverBudget} */
export function wholeState(projection: Projection, budget: Budget): Extract {
  budget.spend(projection.nodes.size + projection.relationships.size);
  return extract([...projection.nodes.values()], [...projection.relationships.values()]);
}

/** The nodes that pass the filters, and the relationships between them. @throws {OverBudget} */
export function exported(projection: Projection, request: ExportRequest, budget: Budget): Extract {
  budget.spend(projection.nodes.size + projection.relationships.size);
  const admits = nodeFilter(projection, request);
  const ids = new Set<string>();
  const nodes = [...projection.nodes.values()].filter(({ value }) => {
    const isAdmitted = isWanted(value, request) && admits?.(value) !== false;
    if (isAdmitted) ids.add(value.id);
    return isAdmitted;
  });
  const relationships = [...projection.relationships.values()];
  if (nodes.length === projection.nodes.size) return extract(nodes, relationships);
  return extract(
    nodes,
    relationships.filter(({ value }) => ids.has(value.source_id) && ids.has(value.target_id)),
  );
}

function extract(nodes: readonly Entry<GraphNode>[], relationships: readonly Entry<Relationship>[]): Extract {
  const counts = { node_count: nodes.length, relationship_count: relationships.length };
  return { ...counts, nodes: valuesOf(nodes), relationships: valuesOf(relationships) };
}

function* valuesOf<Value>(entries: readonly Entry<Value>[]): Iterable<Value> {
  for (const { value } of entries) yield value;
}

function isWanted(node: GraphNode, { include_packages, include_tests, include_private }: ExportRequest): boolean {
  return (
    (include_packages || node.node_type !== 'package') &&
    (include_tests || node.origin !== 'test') &&
    (include_private || node.visibility !== 'private')
  );
}
