import {
  ORIGIN,
  ZERO,
  stateDigest,
  type Entry,
  type Fact,
  type GraphNode,
  type Lanes,
  type Offset,
  type Relationship,
  type RelationshipType,
} from '@graphtail/facts';
import { GraphStore, NOTHING, type RowChange } from '@graphtail/log';
import { Adjacency } from './adjacency.ts';
import { Categories } from './categories.ts';
import { NodeCensus } from './census.ts';
import { Degrees } from './degrees.ts';
import { FileIndex } from './file-index.ts';
import { LazyIndex, type Index } from './lazy-index.ts';
import { NameIndex } from './name-index.ts';
import { TextIndex } from './text-index.ts';

export const INDEXES = ['adjacency', 'degrees', 'census', 'categories', 'names', 'texts', 'files'] as const;
export type IndexName = (typeof INDEXES)[number];

/**
 * One graph's state at a cursor, and the indexes that answer queries. Each index is built when a query first needs it, and from
 * then on the fold keeps it up to date. The cost of a fact does not depend on the graph's size.
 * After any sequence of facts, the indexes equal those of a new fold.
 */
export class Projection {
  readonly #state: GraphStore;
  readonly adjacency: Adjacency;
  readonly degrees: Degrees;
  readonly #nodeCensus: LazyIndex<GraphNode, NodeCensus>;
  readonly #names: LazyIndex<GraphNode, NameIndex>;
  readonly #texts: LazyIndex<GraphNode, TextIndex>;
  readonly #files: LazyIndex<GraphNode, FileIndex>;
  readonly #nodeIndexes: readonly LazyIndex<GraphNode, Index<GraphNode>>[];
  readonly #categories = new Categories();
  /** Ids of the nodes that still have to be judged; undefined until a query first needs the categories. */
  #unjudged: string[] | undefined;
  #cursor: Offset;
  #runningDigest: Lanes;

  /** @param state the projection owns and changes it */
  constructor(state = new GraphStore(), cursor: Offset = ORIGIN, runningDigest: Lanes = ZERO) {
    this.#state = state;
    this.#cursor = cursor;
    this.#runningDigest = runningDigest;
    const { nodes, relationships } = state;
    this.adjacency = new Adjacency(relationships);
    this.degrees = new Degrees(relationships);
    this.#nodeCensus = new LazyIndex(new NodeCensus(), nodes);
    // If a saved file moves code down, the lines of many nodes change, but no names or texts.
    this.#names = new LazyIndex(new NameIndex(), nodes, ['name', 'qualified_name', 'node_type', 'origin', 'route_path']);
    this.#texts = new LazyIndex(new TextIndex(), nodes, ['docstring', 'signature']);
    this.#files = new LazyIndex(new FileIndex(), nodes, ['file_path']);
    this.#nodeIndexes = [this.#nodeCensus, this.#names, this.#texts, this.#files];
  }

  get nodeCensus(): NodeCensus {
    return this.#nodeCensus.current;
  }

  /** How many relationships there are of each type that occurs. */
  relationshipTypes(): Map<RelationshipType, number> {
    return this.#state.relationships.typeCounts();
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
      case 'degrees':
        return this.#state.relationships.isLinked;
      case 'census':
        return this.#nodeCensus.isBuilt;
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
      case 'degrees':
        return yield* this.#state.relationships.link(slice);
      case 'census':
        return yield* this.#nodeCensus.build(slice);
      case 'categories':
        yield* this.#state.relationships.link(slice);
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
  get state(): GraphStore {
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

  /** Folds one fact. The cursor moves with {@link advance}, once all facts of a batch are in. @param json the fact's text */
  apply(fact: Fact, json?: string): void {
    this.change(this.#state.changeOfFact(fact, json));
  }

  /** Folds a fact from its text, without parsing it. False if it has to be parsed: nothing has changed then. */
  applyText(json: string): boolean {
    const change = this.#state.changeOfText(json);
    if (change !== undefined) this.change(change);
    return change !== undefined;
  }

  /** Carries out a change that was computed for this state. */
  change(change: RowChange): void {
    if (change.kind === 'node') this.#replaceNode(change.before, change.after);
    else if (change.kind === 'relationship') this.#replaceRelationship(change.before, change.after);
    else {
      this.#state.apply(change);
      if (change.kind === 'reset') this.#reset();
    }
  }

  advance(cursor: Offset, runningDigest: Lanes): void {
    this.#cursor = cursor;
    this.#runningDigest = runningDigest;
  }

  /** Makes one row of a kind present in place of another; NOTHING for none. */
  replace(kind: 'node' | 'relationship', before: number, after: number): void {
    if (kind === 'node') this.#replaceNode(before, after);
    else this.#replaceRelationship(before, after);
  }

  #replaceNode(before: number, after: number): void {
    this.#state.replaceNode(before, after);
    const { nodes } = this.#state;
    if (this.#nodeIndexes.some((index) => index.isKept)) {
      const [old, current] = [before === NOTHING ? undefined : nodes.entry(before), after === NOTHING ? undefined : nodes.entry(after)];
      for (const index of this.#nodeIndexes) index.change(old, current);
    }
    if (this.#unjudged !== undefined) this.#judge([nodes.columns.idOf(after === NOTHING ? before : after)]);
  }

  #replaceRelationship(before: number, after: number): void {
    this.#state.replaceRelationship(before, after);
    if (this.#unjudged === undefined) return;
    const { columns } = this.#state.relationships;
    const ends = new Set<string>();
    for (const row of [before, after]) if (row !== NOTHING) ends.add(columns.sourceOf(row)).add(columns.targetOf(row));
    this.#judge(ends);
  }

  #reset(): void {
    for (const index of this.#nodeIndexes) index.clear();
    this.#categories.clear();
    if (this.#unjudged !== undefined) this.#unjudged = [];
  }

  /** Frees the memory of entities that were replaced or deleted, if that is worth it. No row number is valid after that. */
  tidy(): void {
    if (this.#state.isWorthCompacting) this.#state.compact();
  }

  /** Forgets the indexes, so that many changes cost less. */
  forgetIndexes(): void {
    this.#state.relationships.unlink();
    for (const index of this.#nodeIndexes) index.forget();
    this.#categories.clear();
    this.#unjudged = undefined;
  }

  /** An id may be judged more than once: the result is the same. */
  #judge(ids: Iterable<string>): void {
    for (const id of ids) this.#categories.judge(id, this.node(id), this.degrees.of(id));
  }
}
