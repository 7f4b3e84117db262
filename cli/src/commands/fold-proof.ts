import {
  applyChange,
  changeOf,
  emptyState,
  entityHash,
  lanesToHex,
  stateDigest,
  type Change,
  type Fact,
  type GraphState,
  type Lanes,
  type Offset,
} from '@graphtail/facts';

/** A difference between what was expected and what was found, at a place in the log. */
export type Difference = { readonly at: Offset; readonly what: string; readonly expected: string; readonly found: string };

const KEPT = 20;

/** Folds facts, and checks what they say about the state: the entity hashes, and the digests and counts of completed analyses. */
export class FoldProof {
  #state: GraphState = emptyState();
  /** The first 20 differences; `differenceCount` counts all. */
  readonly differences: Difference[] = [];
  differenceCount = 0;
  facts = 0;
  hashes = 0;
  analyses = 0;

  get digest(): string {
    return stateDigest(this.#state);
  }

  get nodes(): number {
    return this.#state.nodes.size;
  }

  get relationships(): number {
    return this.#state.relationships.size;
  }

  /** The number of updates and deletions of entities that did not exist. */
  get anomalies(): number {
    return this.#state.anomalies;
  }

  /** Begins at a state that was checked elsewhere. */
  begin(state: GraphState): void {
    this.#state = state;
  }

  add(fact: Fact): void {
    this.facts += 1;
    const change = changeOf(this.#state, fact);
    if ((change.kind === 'node' || change.kind === 'relationship') && 'entity_hash' in fact) {
      this.hashes += 1;
      this.compare(fact.offset, `entity_hash of ${fact.entity_id}`, hashOf(change), fact.entity_hash);
    }
    applyChange(this.#state, change);
    if (fact.event_type !== 'analysis_completed') return;
    this.analyses += 1;
    const { state_digest, node_count, relationship_count } = fact.data;
    this.compare(fact.offset, 'state_digest of analysis_completed', this.digest, state_digest);
    this.compare(fact.offset, 'node_count of analysis_completed', String(this.nodes), String(node_count));
    this.compare(fact.offset, 'relationship_count of analysis_completed', String(this.relationships), String(relationship_count));
  }

  /** Records a difference between the value computed here and the value that a fact or a service states. */
  compare(at: Offset, what: string, expected: string, found: string): void {
    if (expected === found) return;
    this.differenceCount += 1;
    if (this.differences.length < KEPT) this.differences.push({ at, what, expected, found });
  }
}

/** The hash of the entity after the change, or before it if the entity was deleted; computed from the entity itself. */
function hashOf(change: Extract<Change, { kind: 'node' | 'relationship' }>): string {
  const entity = change.after?.value ?? change.before?.value;
  const hash: Lanes | undefined = entity === undefined ? undefined : entityHash(entity);
  return hash === undefined ? '' : lanesToHex(hash);
}
