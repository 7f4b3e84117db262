import type { AnalysisThreads } from '@graphtail/analysis';
import { ORIGIN, emptyState, evolve, lanesToHex, type GraphNode, type GraphState, type Relationship } from '@graphtail/facts';
import { createRegistry } from '@graphtail/runtime';
import { createMetrics } from '../../metrics.ts';
import { SourceModel } from '../../source-model.ts';

/** The state that a fresh analysis of a root computes. */
export async function freshState(root: string, threads: AnalysisThreads): Promise<GraphState> {
  const signal = new AbortController().signal;
  const source = new SourceModel(root, threads, createMetrics(createRegistry()));
  await source.read(await source.discover(signal), { force: false }, signal);
  const state = emptyState();
  const stamp = { offset: ORIGIN, timestamp: '' } as const;
  for await (const [, output] of source.all(signal)) {
    for (const { id, hash, json } of output?.nodes ?? []) {
      const common = { entity_type: 'node', entity_id: id, entity_hash: lanesToHex(hash) } as const;
      evolve(state, { ...stamp, event_type: 'node_added', ...common, data: JSON.parse(json) as GraphNode });
    }
    for (const { id, hash, json } of output?.relationships ?? []) {
      const common = { entity_type: 'relationship', entity_id: id, entity_hash: lanesToHex(hash) } as const;
      evolve(state, { ...stamp, event_type: 'relationship_added', ...common, data: JSON.parse(json) as Relationship });
    }
  }
  source.close();
  return state;
}

/** The differences between two states, one line each, at most `limit` lines. */
export function differences(state: GraphState, expected: GraphState, limit = 20): string[] {
  const found: string[] = [];
  for (const set of ['nodes', 'relationships'] as const) {
    const [ours, theirs] = [state[set], expected[set]];
    for (const id of ours.keys()) if (!theirs.has(id)) found.push(`too much: ${id}`);
    for (const [id, { hash, value }] of theirs) {
      const our = ours.get(id);
      if (our === undefined) found.push(`missing: ${id}`);
      else if (our.hash.hi !== hash.hi || our.hash.lo !== hash.lo)
        found.push(`differs: ${JSON.stringify(our.value)} instead of ${JSON.stringify(value)}`);
    }
  }
  return found.slice(0, limit);
}
