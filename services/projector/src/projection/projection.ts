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
import { Census } from './census.ts';
import { Lexicon } from './lexicon.ts';
import { NameIndex } from './name-index.ts';
import { TextIndex } from './text-index.ts';

/**
 * One graph's state at a cursor, and the indexes that answer queries. Every fact costs the same, whatever
 * the graph's size; after any sequence of facts the indexes are those of a fresh fold.
 */
export class Projection {
  readonly adjacency = new Adjacency();
  readonly census = new Census();
  readonly categories = new Categories();
  readonly names = new NameIndex();
  readonly texts = new TextIndex();
  /** Nodes by file path. */
  readonly files = new Lexicon();
  readonly #state: GraphState;
  #cursor: Offset;
  #runningDigest: Lanes;

  constructor(state: GraphState = emptyState(), cursor: Offset = ORIGIN, runningDigest: Lanes = ZERO) {
    this.#state = state;
    this.#cursor = cursor;
    this.#runningDigest = runningDigest;
  }

  /** Indexes a state that was not folded here; gives back control after every `slice` entities. */
  *index(slice: number): Generator<void, void, void> {
    let done = 0;
    for (const { value } of this.#state.nodes.values()) {
      this.#addNode(value);
      if (++done % slice === 0) yield;
    }
    for (const { value } of this.#state.relationships.values()) {
      this.adjacency.add(value);
      this.census.countRelationship(value, 1);
      if (++done % slice === 0) yield;
    }
    for (const id of this.#state.nodes.keys()) {
      this.#judge(id);
      if (++done % slice === 0) yield;
    }
  }

  get nodes(): ReadonlyMap<string, Entry<GraphNode>> {
    return this.#state.nodes;
  }

  get relationships(): ReadonlyMap<string, Entry<Relationship>> {
    return this.#state.relationships;
  }

  /** What a snapshot saves. It changes with the next fact. */
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
  apply(fact: Fact): Change {
    const change = changeOf(this.#state, fact);
    applyChange(this.#state, change);
    this.#reindex(change);
    return change;
  }

  advance(cursor: Offset, runningDigest: Lanes): void {
    this.#cursor = cursor;
    this.#runningDigest = runningDigest;
  }

  #reindex(change: Change): void {
    switch (change.kind) {
      case 'node':
        this.#reindexNode(change.before?.value, change.after?.value);
        this.#judge(change.id);
        return;
      case 'relationship': {
        const before = change.before?.value;
        const after = change.after?.value;
        if (before !== undefined) {
          this.adjacency.remove(before);
          this.census.countRelationship(before, -1);
        }
        if (after !== undefined) {
          this.adjacency.add(after);
          this.census.countRelationship(after, 1);
        }
        for (const end of new Set([before?.source_id, before?.target_id, after?.source_id, after?.target_id])) {
          if (end !== undefined) this.#judge(end);
        }
        return;
      }
      case 'reset':
        for (const index of [this.adjacency, this.census, this.categories, this.names, this.texts, this.files]) index.clear();
        return;
      case 'anomaly':
      case 'none':
        return;
    }
  }

  #reindexNode(before: GraphNode | undefined, after: GraphNode | undefined): void {
    // A save that moves code down changes the lines of many nodes and the words of none.
    if (before !== undefined && after !== undefined && haveSameTexts(before, after)) {
      this.census.countNode(before, -1);
      this.census.countNode(after, 1);
      return;
    }
    if (before !== undefined) this.#removeNode(before);
    if (after !== undefined) this.#addNode(after);
  }

  #addNode(node: GraphNode): void {
    this.census.countNode(node, 1);
    this.names.add(node);
    this.texts.add(node);
    this.files.add(node.file_path, node.id);
  }

  #removeNode(node: GraphNode): void {
    this.census.countNode(node, -1);
    this.names.remove(node);
    this.texts.remove(node);
    this.files.remove(node.file_path, node.id);
  }

  #judge(id: string): void {
    this.categories.judge(id, this.node(id), this.adjacency);
  }
}

const TEXTS = ['name', 'qualified_name', 'docstring', 'signature', 'file_path'] as const;

function haveSameTexts(a: GraphNode, b: GraphNode): boolean {
  return TEXTS.every((text) => a[text] === b[text]);
}
