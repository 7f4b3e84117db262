import {
  NODE_TYPES,
  RELATIONSHIP_TYPES,
  type GraphNode,
  type NodeType,
  type Offset,
  type Relationship,
  type RelationshipType,
} from '@graphtail/facts';

const ORIGINS = [undefined, 'test', 'generated', 'vendored'] as const;

/** A whole graph as columns: the form in which a worker hands it over without a copy of its numbers. Row numbers name nodes. */
export type CodeColumns = {
  readonly asOf: Offset | undefined;
  /** The paths of all files and packages; `fileOf` has places in it. */
  readonly paths: readonly string[];
  readonly ids: readonly string[];
  readonly names: readonly string[];
  readonly fileOf: Uint32Array;
  readonly types: Uint8Array;
  readonly origins: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly lines: Uint32Array;
  readonly complexities: Uint32Array;
  /** Relationships: rows of their nodes, type, number of places in the source, the line of the first one, and confidence in percent. */
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  readonly kinds: Uint8Array;
  readonly counts: Uint32Array;
  readonly atLines: Uint32Array;
  readonly confidences: Uint8Array;
};

/** Collects nodes, then relationships. A relationship to a node that is not there is left out. */
export class ColumnsBuilder {
  readonly #paths: string[] = [];
  readonly #pathPlaces = new Map<string, number>();
  readonly #rows = new Map<string, number>();
  readonly #nodes: GraphNode[] = [];
  readonly #fileOf: number[] = [];
  readonly #numbers = {
    sources: [] as number[],
    targets: [] as number[],
    kinds: [] as number[],
    counts: [] as number[],
    atLines: [] as number[],
    confidences: [] as number[],
  };

  add(node: GraphNode): void {
    this.#rows.set(node.id, this.#nodes.length);
    this.#nodes.push(node);
    this.#fileOf.push(this.#placeOf(node.file_path));
  }

  connect({ source_id, target_id, relationship_type, count, line_offset, confidence }: Relationship): void {
    const source = this.#rows.get(source_id);
    const target = this.#rows.get(target_id);
    if (source === undefined || target === undefined) return;
    this.#numbers.sources.push(source);
    this.#numbers.targets.push(target);
    this.#numbers.kinds.push(RELATIONSHIP_TYPES.indexOf(relationship_type));
    this.#numbers.counts.push(count ?? 1);
    this.#numbers.atLines.push(line_offset === undefined ? 0 : (this.#nodes[source]?.start_line ?? 1) + line_offset);
    this.#numbers.confidences.push(Math.round((confidence ?? 1) * 100));
  }

  finish(asOf: Offset | undefined): CodeColumns {
    const nodes = this.#nodes;
    return {
      asOf,
      paths: this.#paths,
      ids: nodes.map(({ id }) => id),
      names: nodes.map(({ name }) => name),
      fileOf: Uint32Array.from(this.#fileOf),
      types: Uint8Array.from(nodes, ({ node_type }) => NODE_TYPES.indexOf(node_type)),
      origins: Uint8Array.from(nodes, ({ origin }) => ORIGINS.indexOf(origin)),
      starts: Uint32Array.from(nodes, ({ start_line }) => start_line),
      ends: Uint32Array.from(nodes, ({ end_line }) => end_line),
      lines: Uint32Array.from(nodes, ({ line_count }) => line_count),
      complexities: Uint32Array.from(nodes, ({ complexity }) => complexity),
      sources: Uint32Array.from(this.#numbers.sources),
      targets: Uint32Array.from(this.#numbers.targets),
      kinds: Uint8Array.from(this.#numbers.kinds),
      counts: Uint32Array.from(this.#numbers.counts),
      atLines: Uint32Array.from(this.#numbers.atLines),
      confidences: Uint8Array.from(this.#numbers.confidences),
    };
  }

  #placeOf(path: string): number {
    const known = this.#pathPlaces.get(path);
    if (known !== undefined) return known;
    this.#pathPlaces.set(path, this.#paths.length);
    return this.#paths.push(path) - 1;
  }
}

/** Reads the lines of a snapshot: figures, then a line per node and per relationship. */
export async function columnsOf(lines: AsyncIterable<string>): Promise<CodeColumns> {
  const builder = new ColumnsBuilder();
  let asOf: Offset | undefined;
  for await (const line of lines) {
    const entry = JSON.parse(line) as { node?: GraphNode; relationship?: Relationship; as_of?: Offset };
    if (entry.node !== undefined) builder.add(entry.node);
    else if (entry.relationship !== undefined) builder.connect(entry.relationship);
    else asOf = entry.as_of;
  }
  return builder.finish(asOf);
}

/** The memory that a worker gives away with the columns. */
export function buffersOf(columns: CodeColumns): ArrayBuffer[] {
  return Object.values(columns).flatMap((column) => (ArrayBuffer.isView(column) ? [column.buffer as ArrayBuffer] : []));
}

export function nodeTypeOf(columns: CodeColumns, row: number): NodeType {
  return NODE_TYPES[columns.types[row] ?? 0] ?? 'file';
}

export function kindOf(columns: CodeColumns, relationship: number): RelationshipType {
  return RELATIONSHIP_TYPES[columns.kinds[relationship] ?? 0] ?? 'references';
}

export function isTest(columns: CodeColumns, row: number): boolean {
  return ORIGINS[columns.origins[row] ?? 0] === 'test';
}
