import {
  ORIGIN,
  ZERO,
  applyChange,
  changeOf,
  emptyState,
  stateDigest,
  type Change,
  type Entry,
  type Fact,
  type GraphNode,
  type GraphState,
  type Lanes,
  type Offset,
  type Relationship,
} from '@graphtail/facts';
import { Adjacency } from './adjacency.ts';
import { Categories } from './categories.ts';
import { NodeCensus, RelationshipCensus } from './census.ts';
import { Degrees } from './degrees.ts';
import { FileIndex } from './file-index.ts';
import { LazyIndex } from './lazy-index.ts';
import { NameIndex } from './name-index.ts';
import { endsOf, type RelationshipEnds } from './relationship-ends.ts';
import { TextIndex } from './text-index.ts';

export const INDEXES = ['adjacency', 'degrees', 'census', 'categories', 'names', 'texts', 'files'] as const;
export type IndexName = (typeof INDEXES)[number];

/**
 * One graph's state at a cursor, and the indexes that answer queries. Each index is built when a query first needs it, and from
 * then on the fold keeps it up to date. The cost of a fact does not depend on the graph's size.
 * After any sequence of facts, the indexes equal those of a new fold.
 */
export class Projection {
  readonly #state: GraphState;
  readonly #adjacency: LazyIndex<Relationship, RelationshipEnds, Adjacency>;
  readonly #degrees: LazyIndex<Relationship, RelationshipEnds, Degrees>;
  readonly #nodeCensus: LazyIndex<GraphNode, GraphNode, NodeCensus>;
  readonly #relationshipCensus: LazyIndex<Relationship, RelationshipEnds, RelationshipCensus>;
  readonly #names: LazyIndex<GraphNode, GraphNode, NameIndex>;
  readonly #texts: LazyIndex<GraphNode, GraphNode, TextIndex>;
  readonly #files: LazyIndex<GraphNode, GraphNode, FileIndex>;
  readonly #categories = new Categories();
  /** Ids of the nodes that still have to be judged; undefined until a query first needs the categories. */
  #unjudged: string[] | undefined;
  #cursor: Offset;
  #runningDigest: Lanes;

  constructor(state: GraphState = emptyState(), cursor: Offset = ORIGIN, runningDigest: Lanes = ZERO) {
    this.#state = state;
    this.#cursor = cursor;
    this.#runningDigest = runningDigest;
    const { nodes, relationships } = state;
    const ends = ['source_id', 'target_id', 'relationship_type'] as const;
    this.#adjacency = new LazyIndex(new Adjacency(), relationships, endsOf, ends);
    this.#degrees = new LazyIndex(new Degrees(), relationships, endsOf, ends);
    this.#nodeCensus = new LazyIndex(new NodeCensus(), nodes, valueOf);
    this.#relationshipCensus = new LazyIndex(new RelationshipCensus(), relationships, endsOf, ['relationship_type']);
    // If a saved file moves code down, the lines of many nodes change, but no names or texts.
    this.#names = new LazyIndex(new NameIndex(), nodes, valueOf, ['name', 'qualified_name']);
    this.#texts = new LazyIndex(new TextIndex(), nodes, valueOf, ['docstring', 'signature']);
    this.#files = new LazyIndex(new FileIndex(), nodes, valueOf, ['file_path']);
  }

  get adjacency(): Adjacency {
    return this.#adjacency.current;
  }

  get degrees(): Degrees {
    return this.#degrees.current;
  }

  get nodeCensus(): NodeCensus {
    return this.#nodeCensus.current;
  }

  get relationshipCensus(): RelationshipCensus {
    return this.#relationshipCensus.current;
  }

  get names(): NameIndex {
    return this.#names.current;
  }

  /** Words of docstrings and signatures. */
  get texts(): TextIndex {
    return this.#texts.current;
  }

  get files(): FileIndex {
    return this.#files.current;
  }

  get categories(): Categories {
    for (const _ of this.#judgeAll(Infinity));
    return this.#categories;
  }

  /** Builds those of the indexes that are not built yet, with a pause after every `slice` entities. Facts may be folded meanwhile. */
  *prepare(indexes: Iterable<IndexName>, slice: number): Generator<void, void, void> {
    for (const index of indexes) yield* this.#build(index, slice);
  }

  isBuilt(index: IndexName): boolean {
    switch (index) {
      case 'adjacency':
        return this.#adjacency.isBuilt;
      case 'degrees':
        return this.#degrees.isBuilt;
      case 'census':
        return this.#nodeCensus.isBuilt && this.#relationshipCensus.isBuilt;
      case 'categories':
        return this.#unjudged?.length === 0;
      case 'names':
        return this.#names.isBuilt;
      case 'texts':
        return this.#texts.isBuilt;
      case 'files':
        return this.#files.isBuilt;
    }
  }

  *#build(index: IndexName, slice: number): Generator<void, void, void> {
    switch (index) {
      case 'adjacency':
        return yield* this.#adjacency.build(slice);
      case 'degrees':
        return yield* this.#degrees.build(slice);
      case 'census':
        yield* this.#nodeCensus.build(slice);
        return yield* this.#relationshipCensus.build(slice);
      case 'categories':
        yield* this.#degrees.build(slice);
        return yield* this.#judgeAll(slice);
      case 'names':
        return yield* this.#names.build(slice);
      case 'texts':
        return yield* this.#texts.build(slice);
      case 'files':
        return yield* this.#files.build(slice);
    }
  }

  *#judgeAll(slice: number): Generator<void, void, void> {
    this.#unjudged ??= Array.from(this.#state.nodes.keys());
    let done = 0;
    for (let id = this.#unjudged.pop(); id !== undefined; id = this.#unjudged.pop()) {
      this.#judge([id]);
      if (++done % slice === 0) yield;
    }
  }

  get nodes(): ReadonlyMap<string, Entry<GraphNode>> {
    return this.#state.nodes;
  }

  get relationships(): ReadonlyMap<string, Entry<Relationship>> {
    return this.#state.relationships;
  }

  /** The state that a snapshot saves. The next fact changes this object. */
  get state(): GraphState {
    return this.#state;
  }

  get cursor(): Offset {
    return this.#cursor;
  }

  /** The log's running digest at the cursor. */
  get runningDigest(): Lanes {
    return this.#runningDigest;
  }

  get digest(): string {
    return stateDigest(this.#state);
  }

  get anomalies(): number {
    return this.#state.anomalies;
  }

  node(id: string): GraphNode | undefined {
    return this.#state.nodes.get(id)?.value;
  }

  relationship(id: string): Relationship | undefined {
    return this.#state.relationships.get(id)?.value;
  }

  /** Folds one fact. The cursor moves with {@link advance}, once all facts of a batch are in. */
  apply(fact: Fact): void {
    this.change(changeOf(this.#state, fact));
  }

  /** Carries out a change that was computed for this state. */
  change(change: Change): void {
    applyChange(this.#state, change);
    this.#reindex(change);
  }

  advance(cursor: Offset, runningDigest: Lanes): void {
    this.#cursor = cursor;
    this.#runningDigest = runningDigest;
  }

  #reindex(change: Change): void {
    switch (change.kind) {
      case 'node':
        for (const index of [this.#nodeCensus, this.#names, this.#texts, this.#files]) index.change(change.before, change.after);
        if (this.#unjudged !== undefined) this.#judge([change.id]);
        return;
      case 'relationship':
        this.#adjacency.change(change.before, change.after);
        this.#degrees.change(change.before, change.after);
        this.#relationshipCensus.change(change.before, change.after);
        if (this.#unjudged !== undefined) this.#judgeEnds(change.before && endsOf(change.before), change.after && endsOf(change.after));
        return;
      case 'reset':
        for (const index of [
          this.#adjacency,
          this.#degrees,
          this.#nodeCensus,
          this.#relationshipCensus,
          this.#names,
          this.#texts,
          this.#files,
        ])
          index.clear();
        this.#categories.clear();
        if (this.#unjudged !== undefined) this.#unjudged = [];
        return;
      case 'anomaly':
      case 'none':
        return;
    }
  }

  #judgeEnds(before: RelationshipEnds | undefined, after: RelationshipEnds | undefined): void {
    this.#judge(new Set([before?.source_id, before?.target_id, after?.source_id, after?.target_id]));
  }

  /** An id may be judged more than once: the result is the same. */
  #judge(ids: Iterable<string | undefined>): void {
    for (const id of ids) if (id !== undefined) this.#categories.judge(id, this.node(id), this.degrees.of(id));
  }
}

function valueOf<Value>(entry: Entry<Value>): Value {
  return entry.value;
}
