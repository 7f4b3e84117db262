import { numberOfType, typeCount, typeWithNumber } from './relationship-types.ts';
import { ABSENT, type RelationshipRow } from './relationship-columns.ts';
import type { GraphStore } from './graph-store.ts';
import { NOTHING } from './entry-map.ts';

const NODES = 1;
const RELATIONSHIPS = 2;
const ROWS_PER_CHUNK = 20_000;
/** Kind, rows, new symbols, and the length in bytes of the JSON with odd relationships. */
const HEADER = 4;
const INT = 4;

/**
 * The content of a store at the time of the call, in chunks for {@link addImageChunk}. Each chunk is made when the caller asks for it,
 * and the store may change meanwhile: rows are never changed.
 *
 * A chunk is little-endian: the header; the symbols that its rows are the first to use; odd relationships; then the rows, column by column.
 */
export function imageOf(store: GraphStore): Iterable<Buffer> {
  const [nodes, relationships] = [store.nodes.presentRows(), store.relationships.presentRows()];
  return chunks(nodes, relationships, store.nodes.columns, store.relationships.columns);
}

function* chunks(
  nodes: Int32Array,
  relationships: Int32Array,
  nodeColumns: GraphStore['nodes']['columns'],
  columns: GraphStore['relationships']['columns'],
): Generator<Buffer, void, void> {
  const { symbols } = columns;
  const types = Array.from({ length: typeCount() }, (_, type) => symbols.numberOf(typeWithNumber(type)));
  /** The numbers of symbols in the image, by their numbers in the store: as they come. */
  const numbers = new Int32Array(symbols.size).fill(NOTHING);
  let used = 0;
  let fresh: Uint8Array[] = [];
  const symbol = (number: number): number => {
    if (number === ABSENT) return ABSENT;
    if (numbers[number] === NOTHING) {
      numbers[number] = used++;
      fresh.push(symbols.bytesOf(number));
    }
    return numbers[number]!;
  };
  for (let from = 0; from < nodes.length; from += ROWS_PER_CHUNK) {
    const rows = nodes.subarray(from, from + ROWS_PER_CHUNK);
    const ids = Int32Array.from(rows, (row) => symbol(nodeColumns.id[row]!));
    const [hi, lo, bytes] = [nodeColumns.hi, nodeColumns.lo, nodeColumns.bytes].map((column) =>
      Int32Array.from(rows, (row) => column[row]!),
    );
    const texts = Array.from(rows, (row) => nodeColumns.texts.bytes(nodeColumns.at[row]!, nodeColumns.bytes[row]!));
    yield chunk(NODES, rows.length, fresh, [], [ids, hi!, lo!, bytes!, ...texts]);
    fresh = [];
  }
  for (let from = 0; from < relationships.length; from += ROWS_PER_CHUNK) {
    const rows = relationships.subarray(from, from + ROWS_PER_CHUNK);
    const [source, target, file, resolution] = [columns.source, columns.target, columns.file, columns.resolution].map((column) =>
      Int32Array.from(rows, (row) => symbol(column[row]!)),
    );
    const type = Int32Array.from(rows, (row) => symbol(types[columns.type[row]!]!));
    const [lineOffset, count, hi, lo] = [columns.lineOffset, columns.count, columns.hi, columns.lo].map((column) =>
      Int32Array.from(rows, (row) => column[row]!),
    );
    const confidence = Float64Array.from(rows, (row) => columns.confidence[row]!);
    const odd = Array.from(rows).flatMap((row, index) => {
      const given = columns.odd.get(row);
      return given === undefined ? [] : [[index, given.id, given.text] as const];
    });
    const ints = [source!, target!, type, file!, resolution!, lineOffset!, count!, hi!, lo!];
    yield chunk(RELATIONSHIPS, rows.length, fresh, odd, [...ints, confidence]);
    fresh = [];
  }
}

function chunk(kind: number, rows: number, fresh: readonly Uint8Array[], odd: readonly unknown[], columns: readonly Column[]): Buffer {
  const odds = Buffer.from(JSON.stringify(odd));
  const header = Int32Array.of(kind, rows, fresh.length, odds.length);
  const lengths = Int32Array.from(fresh, ({ length }) => length);
  return Buffer.concat([bytesOf(header), bytesOf(lengths), ...fresh, odds, ...columns.map(bytesOf)]);
}

type Column = Int32Array | Float64Array | Uint8Array;

function bytesOf(column: Column): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}

/** Adds a chunk's rows to a store that holds the chunks before it, and nothing else. @throws if the chunk is not one */
export function addImageChunk(store: GraphStore, bytes: Buffer): void {
  const reader = new Reader(bytes);
  const [kind, rows, symbols, oddBytes] = reader.ints(HEADER) as unknown as [number, number, number, number];
  for (const length of reader.ints(symbols)) store.symbols.numberOfBytes(reader.bytes(length), 0, length);
  const odd = new Map((reader.json(oddBytes) as [number, string, string][]).map(([index, id, text]) => [index, { id, text }]));
  if (kind === NODES) addNodes(store, reader, rows);
  else if (kind === RELATIONSHIPS) addRelationships(store, reader, rows, odd);
  else throw new TypeError(`a chunk of kind ${String(kind)}`);
}

function addNodes(store: GraphStore, reader: Reader, rows: number): void {
  const [id, hi, lo, bytes] = [reader.ints(rows), reader.ints(rows), reader.ints(rows), reader.ints(rows)];
  const { columns } = store.nodes;
  for (let index = 0; index < rows; index++) {
    store.replaceNode(NOTHING, columns.addBytes(id[index]!, reader.bytes(bytes[index]!), hi[index]!, lo[index]!));
  }
}

function addRelationships(store: GraphStore, reader: Reader, rows: number, odd: ReadonlyMap<number, { id: string; text: string }>): void {
  const ints = (): Int32Array => reader.ints(rows);
  const [source, target, type, file, resolution, lineOffset, count, hi, lo] = [
    ints(),
    ints(),
    ints(),
    ints(),
    ints(),
    ints(),
    ints(),
    ints(),
    ints(),
  ];
  const confidence = reader.doubles(rows);
  const { columns } = store.relationships;
  const types = new Map<number, number>();
  const typeOf = (symbol: number): number => {
    let number = types.get(symbol);
    if (number === undefined) types.set(symbol, (number = numberOfType(store.symbols.text(symbol)) ?? 0));
    return number;
  };
  const row: RelationshipRow = { source: 0, target: 0, type: 0, file: 0, resolution: 0, confidence: NaN, lineOffset: 0, count: 0 };
  for (let index = 0; index < rows; index++) {
    row.source = source[index]!;
    row.target = target[index]!;
    row.type = typeOf(type[index]!);
    row.file = file[index]!;
    row.resolution = resolution[index]!;
    row.confidence = confidence[index]!;
    row.lineOffset = lineOffset[index]!;
    row.count = count[index]!;
    const given = odd.get(index);
    const [high, low] = [hi[index]!, lo[index]!];
    store.replaceRelationship(NOTHING, given === undefined ? columns.add(row, high, low) : columns.addOdd(given, row, high, low));
  }
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** @throws {RangeError} if the chunk ends before */
  bytes(length: number): Buffer {
    if (length < 0 || this.#at + length > this.#bytes.length) throw new RangeError('the chunk is cut off');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  ints(count: number): Int32Array {
    return new Int32Array(new Uint8Array(this.bytes(count * INT)).buffer);
  }

  doubles(count: number): Float64Array {
    return new Float64Array(new Uint8Array(this.bytes(count * 2 * INT)).buffer);
  }

  json(length: number): unknown {
    return JSON.parse(this.bytes(length).toString());
  }
}
