import {
  changeOf,
  type Change,
  type Entry,
  type Fact,
  type GraphNode,
  type Lanes,
  type ReadonlyGraphState,
  type Relationship,
} from '@graphtail/facts';
import { NOTHING } from './entry-map.ts';
import { readRelationshipAdded, type Part, type RelationshipText } from './fact-text.ts';
import { NodeTable } from './node-table.ts';
import { ABSENT, type RelationshipRow } from './relationship-columns.ts';
import { RelationshipTable, splitId } from './relationship-table.ts';
import { numberOfType } from './relationship-types.ts';
import { Symbols } from './symbols.ts';

/** What one fact does to a store: the rows of its entity before and after. The row after is written, but not present yet. */
export type RowChange =
  | { readonly kind: 'node' | 'relationship'; readonly before: number; readonly after: number }
  | { readonly kind: 'reset' | 'anomaly' | 'none' };

export type Rows = { readonly nodes: Int32Array; readonly relationships: Int32Array };
const NO_ROWS = { nodes: [], relationships: [] };

/** Rows that are not present any more. Below this many, compacting is not worth it. */
const FEW_LEFT_OVER = 20_000;

/**
 * A graph's state in columns of numbers, at about a third of the memory of objects. It answers as a {@link ReadonlyGraphState} does.
 * `changeOf` of packages/facts says what a fact changes, so that a store cannot differ from a plain state in that.
 */
export class GraphStore implements ReadonlyGraphState {
  #symbols = new Symbols();
  readonly nodes = new NodeTable(this.#symbols);
  readonly relationships = new RelationshipTable(this.#symbols);
  anomalies = 0;
  /** The row that was read last from a text. */
  #row = noRow();
  #typeSymbol = NOTHING;
  #hi = 0;
  #lo = 0;

  /** A store of the same entities, which then changes by itself. Both write their new rows into the same columns. */
  fork(): GraphStore {
    const fork = new GraphStore();
    fork.#symbols = this.#symbols;
    fork.nodes.become(this.nodes);
    fork.relationships.become(this.relationships);
    fork.anomalies = this.anomalies;
    fork.#hi = this.#hi;
    fork.#lo = this.#lo;
    return fork;
  }

  /** A store of the same entities as a plain state. */
  static of({ nodes, relationships, anomalies }: ReadonlyGraphState): GraphStore {
    const store = new GraphStore();
    for (const [id, after] of nodes) store.apply(store.#rowsOf({ kind: 'node', id, after }));
    for (const [id, after] of relationships) store.apply(store.#rowsOf({ kind: 'relationship', id, after }));
    store.anomalies = anomalies;
    return store;
  }

  get digest(): Lanes {
    return { hi: this.#hi, lo: this.#lo };
  }

  get symbols(): Symbols {
    return this.#symbols;
  }

  get size(): number {
    return this.nodes.size + this.relationships.size;
  }

  /** The change that a fact's text makes, without parsing it; undefined if it has to be parsed. */
  changeOfText(json: string): RowChange | undefined {
    const read = readRelationshipAdded(json);
    return read && this.#changeOfRead(read);
  }

  /** The change that a fact makes. @param json its text, which is kept as it is where that is possible */
  changeOfFact(fact: Fact, json?: string): RowChange {
    const change = changeOf(this, fact);
    const text = fact.event_type === 'node_added' && json !== undefined && isAsGiven(change, fact) ? dataOf(json) : undefined;
    return this.#rowsOf(change, text);
  }

  /** Carries out a change that was computed for this state. */
  apply(change: RowChange): void {
    switch (change.kind) {
      case 'node':
        this.replaceNode(change.before, change.after);
        return;
      case 'relationship':
        this.replaceRelationship(change.before, change.after);
        return;
      case 'reset':
        this.#clear();
        return;
      case 'anomaly':
        this.anomalies++;
        return;
      case 'none':
        return;
    }
  }

  replaceNode(before: number, after: number): void {
    this.nodes.replace(before, after);
    const { hi, lo } = this.nodes.columns;
    this.#count(hi, lo, before, after);
  }

  replaceRelationship(before: number, after: number): void {
    this.relationships.replace(before, after);
    const { hi, lo } = this.relationships.columns;
    this.#count(hi, lo, before, after);
  }

  #count(hi: Int32Array, lo: Int32Array, before: number, after: number): void {
    if (before !== NOTHING) {
      this.#hi = (this.#hi - hi[before]!) | 0;
      this.#lo = (this.#lo - lo[before]!) | 0;
    }
    if (after !== NOTHING) {
      this.#hi = (this.#hi + hi[after]!) | 0;
      this.#lo = (this.#lo + lo[after]!) | 0;
    }
  }

  /**
   * Writes the present rows, and the given ones, into new columns. Entries that were read before stay as they are.
   * @returns the new rows by the old ones; NOTHING for those that are gone
   */
  compact(also: { readonly nodes: Iterable<number>; readonly relationships: Iterable<number> } = NO_ROWS): Rows {
    const [nodes, relationships] = [this.nodes.columns, this.relationships.columns];
    const present = { nodes: this.nodes.presentRows(), relationships: this.relationships.presentRows() };
    const rows = { nodes: new Int32Array(nodes.rows).fill(NOTHING), relationships: new Int32Array(relationships.rows).fill(NOTHING) };
    const before = this.#symbols;
    const symbols = new Int32Array(before.size).fill(NOTHING);
    const symbolOf = (old: number): number => {
      if (symbols[old] === NOTHING) symbols[old] = this.#symbols.numberOf(before.text(old));
      return symbols[old]!;
    };
    this.#useNewSymbols();
    for (const list of [present.nodes, also.nodes]) {
      for (const row of list) if (rows.nodes[row] === NOTHING) rows.nodes[row] = this.nodes.columns.copy(nodes, row, symbolOf);
    }
    for (const list of [present.relationships, also.relationships]) {
      for (const row of list)
        if (rows.relationships[row] === NOTHING) rows.relationships[row] = this.relationships.columns.copy(relationships, row, symbolOf);
    }
    for (const row of present.nodes) this.nodes.replace(NOTHING, rows.nodes[row]!);
    for (const row of present.relationships) this.relationships.replace(NOTHING, rows.relationships[row]!);
    return rows;
  }

  #useNewSymbols(): void {
    this.#symbols = new Symbols();
    this.nodes.clear(this.#symbols);
    this.relationships.clear(this.#symbols);
    this.#row = noRow();
    this.#typeSymbol = NOTHING;
  }

  #clear(): void {
    this.#useNewSymbols();
    this.#hi = 0;
    this.#lo = 0;
  }

  /** Whether so many rows are left over from replaced and deleted entities that {@link compact} saves much memory. */
  get isWorthCompacting(): boolean {
    const rows = this.nodes.columns.rows + this.relationships.columns.rows;
    return rows > 2 * this.size + FEW_LEFT_OVER;
  }

  #changeOfRead(read: Readonly<RelationshipText>): RowChange | undefined {
    const { bytes, source, type, target, file, resolution } = read;
    const row = this.#row;
    const typeSymbol = this.#symbolOf(bytes, type, this.#typeSymbol);
    if (typeSymbol !== this.#typeSymbol) {
      const number = numberOfType(this.#symbols.text(typeSymbol));
      if (number === undefined) return undefined;
      row.type = number;
      this.#typeSymbol = typeSymbol;
    }
    row.source = this.#symbolOf(bytes, source, row.source);
    row.target = this.#symbolOf(bytes, target, row.target);
    row.file = this.#symbolOf(bytes, file, row.file);
    row.resolution = resolution.from < 0 ? ABSENT : this.#symbolOf(bytes, resolution, row.resolution);
    row.confidence = read.confidence;
    row.lineOffset = read.lineOffset;
    row.count = read.count;
    const before = this.relationships.rowWithEnds(row.source, row.target, row.type);
    return { kind: 'relationship', before, after: this.relationships.columns.add(row, read.hi, read.lo) };
  }

  /** The symbol of a text. It is mostly the one that the fact before had. */
  #symbolOf(bytes: Uint8Array, { from, to }: Part, before: number): number {
    return before >= 0 && this.#symbols.is(before, bytes, from, to) ? before : this.#symbols.numberOfBytes(bytes, from, to);
  }

  /** Adds or replaces an entity. */
  put(value: GraphNode | Relationship, hash: Lanes): void {
    const { id } = value;
    if ('node_type' in value) this.apply(this.#rowsOf({ kind: 'node', id, before: this.nodes.get(id), after: { value, hash } }));
    else this.apply(this.#rowsOf({ kind: 'relationship', id, before: this.relationships.get(id), after: { value, hash } }));
  }

  #rowsOf(change: Change, text?: string): RowChange {
    switch (change.kind) {
      case 'node': {
        const before = change.before === undefined ? NOTHING : this.nodes.rowOf(change.id);
        return { kind: 'node', before, after: change.after === undefined ? NOTHING : this.#addNode(change.id, change.after, text) };
      }
      case 'relationship': {
        const before = change.before === undefined ? NOTHING : this.relationships.rowOf(change.id);
        return {
          kind: 'relationship',
          before,
          after: change.after === undefined ? NOTHING : this.#addRelationship(change.id, change.after),
        };
      }
      case 'anomaly':
        return { kind: 'anomaly' };
      case 'reset':
      case 'none':
        return change;
    }
  }

  #addNode(id: string, { value, hash }: Entry<GraphNode>, text = JSON.stringify(value)): number {
    return this.nodes.columns.add(this.#symbols.numberOf(id), text, hash.hi, hash.lo);
  }

  #addRelationship(id: string, { value, hash: { hi, lo } }: Entry<Relationship>): number {
    const { columns } = this.relationships;
    const row = this.#rowFor(id, value);
    if (row !== undefined) return columns.add(row, hi, lo);
    const ends = {
      source: this.#symbols.numberOf(String(value.source_id)),
      target: this.#symbols.numberOf(String(value.target_id)),
      type: numberOfType(String(value.relationship_type)) ?? 0,
    };
    return columns.addOdd({ id, text: JSON.stringify(value) }, ends, hi, lo);
  }

  /** The relationship as a row; undefined if the row would not say all of it. */
  #rowFor(id: string, value: Relationship): RelationshipRow | undefined {
    const { confidence, count, file_path, id: own, line_offset, relationship_type, resolution, source_id, target_id, ...rest } = value;
    const parts = splitId(id);
    if (parts === undefined || own !== id || parts.source !== source_id || parts.target !== target_id) return undefined;
    const type = parts.type === relationship_type ? numberOfType(parts.type) : undefined;
    if (type === undefined || typeof file_path !== 'string' || Object.keys(rest).length > 0) return undefined;
    if (!(confidence === undefined || isPlainNumber(confidence)) || !isSmall(count) || !isSmall(line_offset)) return undefined;
    if (!(resolution === undefined || typeof resolution === 'string')) return undefined;
    return {
      source: this.#symbols.numberOf(source_id),
      target: this.#symbols.numberOf(target_id),
      type,
      file: this.#symbols.numberOf(file_path),
      resolution: resolution === undefined ? ABSENT : this.#symbols.numberOf(resolution),
      confidence: confidence ?? NaN,
      lineOffset: line_offset ?? ABSENT,
      count: count ?? ABSENT,
    };
  }
}

function noRow(): RelationshipRow {
  const symbols = { source: NOTHING, target: NOTHING, file: NOTHING, resolution: NOTHING };
  return { ...symbols, type: 0, confidence: NaN, lineOffset: ABSENT, count: ABSENT };
}

/** Whether the change keeps the fact's data as they are: they hold no null. */
function isAsGiven(change: Change, fact: Fact): boolean {
  return change.kind === 'node' && change.after?.value === fact.data;
}

const DATA = ',"data":';
/** A member or item after an object. */
const MORE = /\}\s*,\s*"/;

/**
 * The text of a fact's data, if it is the last member of the fact; else undefined. In JSON, a comma and a quote follow one another only
 * between members and items, so that the first place with {@link DATA} is that of a member. Deeper members of this name are ruled out too.
 */
function dataOf(json: string): string | undefined {
  const at = json.indexOf(DATA);
  if (json.indexOf(DATA, at + DATA.length) >= 0 || !json.endsWith('}}')) return undefined;
  const text = json.slice(at + DATA.length, -1);
  return text.startsWith('{') && !MORE.test(text) ? text : undefined;
}

function isPlainNumber(value: unknown): boolean {
  return typeof value === 'number' && !Object.is(value, -0);
}

function isSmall(value: unknown): boolean {
  return value === undefined || (Number.isInteger(value) && !Object.is(value, -0) && Math.abs(value as number) < 0x7fffffff);
}
