import { byFrequency } from '../projection/census.ts';
import type { Projection } from '../projection/projection.ts';

const TOP_FUNCTIONS = 10;

/** The graph in figures. The fold keeps all of them up to date; nothing is counted here. */
export function stats(projection: Projection) {
  const { nodeCensus, categories } = projection;
  const relationshipTypes = projection.relationshipTypes();
  return {
    total_nodes: projection.nodes.size,
    total_relationships: projection.relationships.size,
    node_types: nodeCensus.types.counts(),
    relationship_types: byFrequency(relationshipTypes),
    languages: nodeCensus.languages.counts(),
    seam_count: relationshipTypes.get('seam') ?? 0,
    complexity_distribution: nodeCensus.complexityDistribution(),
    top_functions: topFunctions(projection),
    entry_points: categories.entryPoints.size,
    leaves: categories.leaves.size,
    anomalies: projection.anomalies,
    state_digest: projection.digest,
  };
}

/** The most complex functions and methods. */
function topFunctions(projection: Projection) {
  return projection.categories.complexities.top(TOP_FUNCTIONS).flatMap((id) => {
    const node = projection.node(id);
    if (node === undefined) return [];
    const { name, node_type, file_path, start_line, complexity } = node;
    return [{ id, name, node_type, file_path, start_line, complexity, degree: projection.degrees.of(id).total }];
  });
}
