import type { Api, KeptSnapshot } from '@graphtail/client';
import {
  ZERO,
  addLanes,
  emptyState,
  entityHash,
  hashText,
  lanesFromHex,
  lanesToHex,
  seqOf,
  type Entity,
  type Fact,
  type GraphState,
  type Lanes,
} from '@graphtail/facts';
import type { FoldProof } from './fold-proof.ts';

/**
 * Folds a log's facts. At every kept snapshot, compares the state digest and the running digest with the snapshot's. If the log was
 * trimmed, the facts before the oldest snapshot are not folded: the state that they changed is gone.
 */
export class SnapshotProof {
  readonly #fold: FoldProof;
  /** Snapshots that are not compared yet, oldest first. */
  readonly #kept: KeptSnapshot[];
  /** The snapshot at which folding begins; undefined: it begins at the log's beginning. */
  #start: KeptSnapshot | undefined;
  #running: Lanes | undefined;
  compared = 0;

  /** @param kept the kept snapshots, newest first, as the server lists them @param isTrimmed whether the log's beginning is gone */
  constructor(fold: FoldProof, kept: readonly KeptSnapshot[], isTrimmed: boolean) {
    this.#fold = fold;
    this.#kept = kept.toReversed();
    this.#start = isTrimmed ? this.#kept.shift() : undefined;
    this.#running = isTrimmed ? undefined : ZERO;
  }

  /** Begins with the state of the oldest snapshot, if the log was trimmed. That snapshot is checked by its own digest. */
  begin(state: GraphState): void {
    const start = this.#start;
    if (start === undefined) return;
    this.#fold.begin(state);
    this.compared += 1;
    this.#fold.compare(start.as_of, 'state_digest of the snapshot', lanesToHex(state.digest), start.state_digest);
  }

  /** @param raw the facts' JSON as the log holds it */
  take(facts: readonly Fact[], raw: readonly string[]): void {
    for (const [index, fact] of facts.entries()) {
      if (this.#start !== undefined && seqOf(fact.offset) <= seqOf(this.#start.as_of)) continue;
      if (this.#running === undefined) this.#running = this.#start === undefined ? ZERO : lanesFromHex(this.#start.running_digest);
      this.#running = addLanes(this.#running, hashText(raw[index] ?? ''));
      this.#fold.add(fact);
      if (this.#kept[0] !== undefined && seqOf(fact.offset) >= seqOf(this.#kept[0].as_of)) this.#compare(fact, this.#running);
    }
  }

  #compare({ offset }: Fact, running: Lanes): void {
    const snapshot = this.#kept.shift();
    if (snapshot === undefined) return;
    this.compared += 1;
    this.#fold.compare(snapshot.as_of, 'place of the snapshot', offset, snapshot.as_of);
    this.#fold.compare(snapshot.as_of, 'state_digest of the snapshot', this.#fold.digest, snapshot.state_digest);
    this.#fold.compare(snapshot.as_of, 'running_digest of the snapshot', lanesToHex(running), snapshot.running_digest);
  }
}

/** The state at a kept snapshot, fetched from the server. Its digest is computed here from the entities. */
export async function stateAt(api: Api, graph: string | undefined, { as_of: at }: KeptSnapshot): Promise<GraphState> {
  const state = emptyState();
  for await (const line of api.snapshotLines({ graph, at })) {
    const row = JSON.parse(line) as { node?: Entity; relationship?: Entity };
    const entity = row.node ?? row.relationship;
    if (entity === undefined) continue; // the first line holds figures
    const hash = entityHash(entity);
    if ('node_type' in entity) state.nodes.set(entity.id, { value: entity, hash });
    else state.relationships.set(entity.id, { value: entity, hash });
    state.digest = addLanes(state.digest, hash);
  }
  return state;
}
