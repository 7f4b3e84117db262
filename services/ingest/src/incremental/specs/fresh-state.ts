import { ORIGIN, emptyState, entityHash, evolve, lanesToHex, type GraphState } from '@graphtail/facts';
import { createRegistry } from '@graphtail/runtime';
import type { ParserPool } from '../../analysis/index.ts';
import { createMetrics } from '../../metrics.ts';
import { SourceModel } from '../../source-model.ts';

/** What a fresh analysis of a root says. */
export async function freshState(root: string, pool: ParserPool): Promise<GraphState> {
  const signal = new AbortController().signal;
  const source = new SourceModel(root, pool, createMetrics(createRegistry()));
  await source.scan(await source.discover(signal), { force: false }, signal);
  const state = emptyState();
  const stamp = { offset: ORIGIN, timestamp: '' } as const;
  for (const output of source.outputs().values()) {
    for (const data of output?.nodes ?? []) {
      const common = { entity_type: 'node', entity_id: data.id, entity_hash: lanesToHex(entityHash(data)) } as const;
      evolve(state, { ...stamp, event_type: 'node_added', ...common, data });
    }
    for (const data of output?.relationships ?? []) {
      const common = { entity_type: 'relationship', entity_id: data.id, entity_hash: lanesToHex(entityHash(data)) } as const;
      evolve(state, { ...stamp, event_type: 'relationship_added', ...common, data });
    }
  }
  return state;
}

/** In what a state differs from another, a line each, at most so many. */
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
