import type { GraphNode, Relationship } from './entity.ts';
import { ZERO, lanesToHex, type Lanes } from './hash.ts';

/** An entity and its hash as two signed 32-bit lanes. */
export type Entry<Value> = { readonly value: Value; readonly hash: Lanes };

export type ReadonlyGraphState = {
  readonly nodes: ReadonlyMap<string, Entry<GraphNode>>;
  readonly relationships: ReadonlyMap<string, Entry<Relationship>>;
  /** Sum of the hashes of all nodes and relationships. */
  readonly digest: Lanes;
  /** How many updates and deletions so far were of an entity that was not there. */
  readonly anomalies: number;
};

/** The result of a fold over a graph's facts. Only `evolve.ts` applies facts to it. */
export type GraphState = {
  readonly nodes: Map<string, Entry<GraphNode>>;
  readonly relationships: Map<string, Entry<Relationship>>;
  digest: Lanes;
  anomalies: number;
};

export function emptyState(): GraphState {
  return { nodes: new Map(), relationships: new Map(), digest: ZERO, anomalies: 0 };
}

/** Returns a state of the same entities that can be folded on. */
export function plainState({ nodes, relationships, digest, anomalies }: ReadonlyGraphState): GraphState {
  return { nodes: plainEntries(nodes), relationships: plainEntries(relationships), digest, anomalies };
}

function plainEntries<Value>(entries: ReadonlyMap<string, Entry<Value>>): Map<string, Entry<Value>> {
  return new Map(Array.from(entries, ([id, { value, hash }]) => [id, { value, hash }]));
}

/** Returns a hash of all nodes and relationships, 16 hex digits. It does not depend on their order: equal states have equal digests. */
export function stateDigest(state: ReadonlyGraphState): string {
  return lanesToHex(state.digest);
}
