import {
  applyChange,
  changeOf,
  emptyState,
  seqOf,
  stateDigest,
  IN_FUTURE_PATIENCE_MS,
  type Entry,
  type Fact,
  type GraphNode,
  type GraphState,
  type Lanes,
  type Offset,
  type ReadonlyGraphState,
  type Relationship,
  type Violation,
  unescapePath,
} from '@graphtail/facts';
import {
  CursorRefused,
  LogDamaged,
  decodeFacts,
  pause,
  type Batch,
  type Damage,
  type FactLog,
  type Page,
  type ProducerPosition,
  type Snapshot,
  type Snapshots,
} from '@graphtail/log';
import { Turn } from '@graphtail/runtime';
import { newestAnalysis, type AnalysisFact } from './newest-analysis.ts';
import { ToldViolations } from './rules/told-violations.ts';

type FileEntities = { readonly nodes: Set<string>; readonly relationships: Set<string> };

/**
 * What the log already holds, as the producer of a graph has to know it: the folded state, the entities of each
 * file, and the position after which the next append goes.
 */
export class GraphView {
  #state: GraphState = emptyState();
  #byFile = new Map<string, FileEntities>();
  #position: ProducerPosition | undefined;
  /** Facts before the floor are gone and no snapshot holds them. The log is whole again only after a `graph_reset`. */
  #incomplete = false;
  #analysis: AnalysisFact | undefined;
  readonly #violations = new ToldViolations();
  readonly #log: FactLog;
  readonly #snapshots: Snapshots;

  constructor(log: FactLog, snapshots: Snapshots) {
    this.#log = log;
    this.#snapshots = snapshots;
  }

  get position(): ProducerPosition | undefined {
    return this.#position;
  }

  get incomplete(): boolean {
    return this.#incomplete;
  }

  /** The log's newest fact about an analysis; undefined if there is none near the head. */
  get analysis(): AnalysisFact | undefined {
    return this.#analysis;
  }

  get nodeCount(): number {
    return this.#state.nodes.size;
  }

  get relationshipCount(): number {
    return this.#state.relationships.size;
  }

  get isEmpty(): boolean {
    return this.nodeCount === 0 && this.relationshipCount === 0;
  }

  get digest(): string {
    return stateDigest(this.#state);
  }

  node(id: string): Entry<GraphNode> | undefined {
    return this.#state.nodes.get(id);
  }

  relationship(id: string): Entry<Relationship> | undefined {
    return this.#state.relationships.get(id);
  }

  files(): IterableIterator<string> {
    return this.#byFile.keys();
  }

  entitiesOf(path: string): { readonly nodes: ReadonlySet<string>; readonly relationships: ReadonlySet<string> } {
    return this.#byFile.get(path) ?? { nodes: new Set(), relationships: new Set() };
  }

  /** What violates a rule, by what the log says. */
  violations(signal: AbortSignal): Promise<ReadonlyMap<string, Violation>> {
    return this.#violations.read(this.#log, signal);
  }

  /** The path of the file that a node is or was in. */
  fileOf(id: string): string {
    return this.#state.nodes.get(id)?.value.file_path ?? unescapePath(id.split('#', 1)[0]!);
  }

  fold(facts: readonly Fact[], position: ProducerPosition): void {
    for (const fact of facts) this.#foldOne(fact);
    this.#position = position;
  }

  #foldOne(fact: Fact): void {
    if (fact.entity_type === 'analysis') this.#analysis = fact;
    this.#violations.fold(fact);
    const change = changeOf(this.#state, fact);
    applyChange(this.#state, change);
    if (change.kind === 'reset') {
      this.#byFile.clear();
      this.#incomplete = false;
    } else if (change.kind === 'node' || change.kind === 'relationship') {
      const set = change.kind === 'node' ? 'nodes' : 'relationships';
      if (change.before !== undefined) this.#unfile(change.before.value.file_path, set, change.id);
      if (change.after === undefined) return;
      this.#file(change.after.value.file_path)[set].add(change.id);
      if (change.kind === 'relationship') this.#shareTexts(change.after.value);
    }
  }

  /** Uses the strings of the nodes for a relationship's ends and file. It then takes a third of the memory. */
  #shareTexts(relationship: Relationship): void {
    const { nodes } = this.#state;
    const source = nodes.get(relationship.source_id)?.value;
    if (source !== undefined) relationship.source_id = source.id;
    if (source?.file_path === relationship.file_path) relationship.file_path = source.file_path;
    relationship.target_id = nodes.get(relationship.target_id)?.value.id ?? relationship.target_id;
  }

  #file(path: string): FileEntities {
    let entities = this.#byFile.get(path);
    if (entities === undefined) {
      entities = { nodes: new Set(), relationships: new Set() };
      this.#byFile.set(path, entities);
    }
    return entities;
  }

  #unfile(path: string, set: 'nodes' | 'relationships', id: string): void {
    const entities = this.#byFile.get(path);
    if (entities === undefined) return;
    entities[set].delete(id);
    if (entities.nodes.size + entities.relationships.size === 0) this.#byFile.delete(path);
  }

  /**
   * Judges the view's position and folds the facts after it. `reloaded`: the log has lost facts that this view had folded, or
   * facts that every other reader needs. The view was then folded again, so the caller has to compare the whole source with it.
   */
  async catchUp(signal: AbortSignal): Promise<'continued' | 'reloaded'> {
    const patience = Date.now() + IN_FUTURE_PATIENCE_MS;
    for (let attempt = 0; ; attempt++) {
      try {
        if (this.#position === undefined) {
          await this.#reload(signal);
          return 'reloaded';
        }
        const { epoch } = this.#position;
        await this.#foldAfter(this.#position, signal);
        if (this.#position.epoch === epoch || (await this.#isWholeWithoutUs())) return 'continued';
        await this.#reload(signal);
        return 'reloaded';
      } catch (error) {
        if (error instanceof TypeError) throw error; // an entry that this version can't read: no retry helps
        if (error instanceof CursorRefused && !(error.refusal.retryable && Date.now() < patience)) this.#position = undefined;
        else await pause(attempt, signal);
      }
    }
  }

  /** Whether other readers can fold the log, from its beginning or from a snapshot. A deleted stream leaves a head without either. */
  async #isWholeWithoutUs(): Promise<boolean> {
    const { floor } = await this.#log.state();
    return seqOf(floor) === 0 || (await this.#snapshots.manifests()).length > 0;
  }

  /**
   * Folds all that the log holds, like a reader that begins with nothing. The view and newer snapshots may hold facts of damaged
   * batches that such a reader lacks. Rejects while Redis is away.
   */
  async foldWhole(signal: AbortSignal): Promise<void> {
    this.#position = undefined;
    const { floor } = await this.#log.state();
    await this.#fold(seqOf(floor) === 0 ? undefined : await this.#snapshots.oldest(), signal);
  }

  async #reload(signal: AbortSignal): Promise<void> {
    await this.#fold(await this.#snapshots.newest(), signal);
  }

  async #fold(snapshot: Snapshot | undefined, signal: AbortSignal): Promise<void> {
    const state = await this.#log.state();
    this.#state = emptyState();
    this.#byFile = new Map();
    this.#analysis = undefined;
    this.#violations.restart(snapshot === undefined);
    this.#incomplete = snapshot === undefined && seqOf(state.floor) > 0;
    const start: Offset = snapshot?.asOf ?? state.floor;
    if (snapshot !== undefined) await this.#adopt(snapshot.state);
    await this.#foldAfter({ epoch: state.epoch, head: start, batchId: start === state.head ? state.headBatchId : '' }, signal);
    this.#analysis ??= await newestAnalysis(this.#log); // a snapshot holds nodes and relationships only
  }

  /** Makes objects of a snapshot's entities, because this state is read far more often than it is loaded. */
  async #adopt({ nodes, relationships, digest }: ReadonlyGraphState): Promise<void> {
    const turn = new Turn();
    for (const [id, { value, hash }] of nodes) {
      this.#state.nodes.set(id, { value, hash });
      this.#file(value.file_path).nodes.add(id);
      await turn.shared();
    }
    for (const [id, { value, hash }] of relationships) {
      this.#state.relationships.set(id, { value, hash });
      this.#file(value.file_path).relationships.add(id);
      this.#shareTexts(value);
      await turn.shared();
    }
    this.#state.digest = digest;
  }

  async #foldAfter(from: ProducerPosition, signal: AbortSignal): Promise<void> {
    const turn = new Turn();
    let position = from;
    let base: Lanes | undefined;
    for (;;) {
      signal.throwIfAborted();
      let page: Page;
      try {
        page = await this.#log.readAfter(position.head, { base });
      } catch (error) {
        if (!(error instanceof LogDamaged)) throw error;
        position = await this.#after(error.damage);
        base = undefined;
        continue;
      }
      for (const batch of page.batches) {
        position = { epoch: page.epoch, head: batch.through, batchId: batch.batchId };
        this.fold(await this.#factsOf(batch, from.head), position);
        await turn.shared();
      }
      base = page.digest;
      if (page.caughtUp) {
        this.#position = { ...position, epoch: page.epoch };
        return;
      }
    }
  }

  /** The position after a damaged batch. This view lacks the batch's facts, like every reader that folds the log. */
  async #after({ through, batchId }: Damage): Promise<ProducerPosition> {
    const { epoch, head, headBatchId } = await this.#log.state();
    return { epoch, head: through, batchId: through === head ? headBatchId : batchId };
  }

  /** The batch's facts; none if one of them is not a fact. That is a producer's error, which no digest reveals. */
  async #factsOf(batch: Batch, after: Offset): Promise<readonly Fact[]> {
    try {
      return decodeFacts(batch, after);
    } catch (error) {
      const { through, batchId } = batch;
      await this.#log.damage.note({ through, batchId, reason: (error as Error).message });
      return [];
    }
  }
}
