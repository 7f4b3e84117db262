import type { Lanes, Relationship, RelationshipType } from '@graphtail/facts';
import { FEWEST, grown, moreThan } from './arrays.ts';
import { typeWithNumber } from './relationship-types.ts';
import type { Symbols } from './symbols.ts';

/** An attribute that the relationship does not have. */
export const ABSENT = -0x80000000;

/** What the row of a relationship holds. Texts are symbols. */
export type RelationshipRow = {
  source: number;
  target: number;
  type: number;
  /** ABSENT if the row is odd. */
  file: number;
  resolution: number;
  /** NaN if absent. */
  confidence: number;
  lineOffset: number;
  count: number;
};

/** A relationship that does not fit into the columns. Only its ends are there, for the links. */
export type OddRelationship = { readonly id: string; readonly text: string };

/**
 * Relationships as rows. Source, type and target make the id. A row is written once and never changed, so that whoever holds its
 * number reads the same relationship for as long as the columns are there.
 */
export class RelationshipColumns {
  readonly symbols: Symbols;
  readonly odd = new Map<number, OddRelationship>();
  rows = 0;
  source = new Int32Array(FEWEST);
  target = new Int32Array(FEWEST);
  type = new Uint8Array(FEWEST);
  file = new Int32Array(FEWEST);
  resolution = new Int32Array(FEWEST);
  confidence = new Float64Array(FEWEST);
  lineOffset = new Int32Array(FEWEST);
  count = new Int32Array(FEWEST);
  hi = new Int32Array(FEWEST);
  lo = new Int32Array(FEWEST);

  constructor(symbols: Symbols) {
    this.symbols = symbols;
  }

  /** @returns the new row */
  add(row: Readonly<RelationshipRow>, hi: number, lo: number): number {
    if (this.rows === this.source.length) this.#grow();
    const at = this.rows++;
    this.source[at] = row.source;
    this.target[at] = row.target;
    this.type[at] = row.type;
    this.file[at] = row.file;
    this.resolution[at] = row.resolution;
    this.confidence[at] = row.confidence;
    this.lineOffset[at] = row.lineOffset;
    this.count[at] = row.count;
    this.hi[at] = hi;
    this.lo[at] = lo;
    return at;
  }

  addOdd(odd: OddRelationship, ends: Pick<RelationshipRow, 'source' | 'target' | 'type'>, hi: number, lo: number): number {
    const rest = { file: ABSENT, resolution: ABSENT, confidence: NaN, lineOffset: ABSENT, count: ABSENT };
    const row = this.add({ ...ends, ...rest }, hi, lo);
    this.odd.set(row, odd);
    return row;
  }

  /** Adds a row of other columns, with the symbols that it has here. */
  copy(from: RelationshipColumns, row: number, symbolOf: (symbol: number) => number): number {
    const [file, resolution] = [from.file[row]!, from.resolution[row]!];
    const copied = {
      source: symbolOf(from.source[row]!),
      target: symbolOf(from.target[row]!),
      type: from.type[row]!,
      file: file === ABSENT ? ABSENT : symbolOf(file),
      resolution: resolution === ABSENT ? ABSENT : symbolOf(resolution),
      confidence: from.confidence[row]!,
      lineOffset: from.lineOffset[row]!,
      count: from.count[row]!,
    };
    const at = this.add(copied, from.hi[row]!, from.lo[row]!);
    const odd = from.odd.get(row);
    if (odd !== undefined) this.odd.set(at, odd);
    return at;
  }

  #grow(): void {
    const rows = moreThan(this.rows);
    this.source = grown(this.source, rows);
    this.target = grown(this.target, rows);
    this.type = grown(this.type, rows);
    this.file = grown(this.file, rows);
    this.resolution = grown(this.resolution, rows);
    this.confidence = grown(this.confidence, rows);
    this.lineOffset = grown(this.lineOffset, rows);
    this.count = grown(this.count, rows);
    this.hi = grown(this.hi, rows);
    this.lo = grown(this.lo, rows);
  }

  isOdd(row: number): boolean {
    return this.file[row] === ABSENT;
  }

  typeOf(row: number): RelationshipType {
    return typeWithNumber(this.type[row]!);
  }

  sourceOf(row: number): string {
    return this.symbols.text(this.source[row]!);
  }

  targetOf(row: number): string {
    return this.symbols.text(this.target[row]!);
  }

  idOf(row: number): string {
    if (this.isOdd(row)) return this.odd.get(row)!.id;
    return `${this.sourceOf(row)}|${this.typeOf(row)}|${this.targetOf(row)}`;
  }

  hashOf(row: number): Lanes {
    return { hi: this.hi[row]!, lo: this.lo[row]! };
  }

  /** Makes the relationship anew at each call, with its attributes in the order of its canonical JSON. */
  valueOf(row: number): Relationship {
    if (this.isOdd(row)) return JSON.parse(this.odd.get(row)!.text) as Relationship;
    const [confidence, count, lineOffset] = [this.confidence[row]!, this.count[row]!, this.lineOffset[row]!];
    const resolution = this.resolution[row]!;
    const value: Partial<Relationship> = {};
    if (!Number.isNaN(confidence)) value.confidence = confidence;
    if (count !== ABSENT) value.count = count;
    value.file_path = this.symbols.text(this.file[row]!);
    value.id = this.idOf(row);
    if (lineOffset !== ABSENT) value.line_offset = lineOffset;
    value.relationship_type = this.typeOf(row);
    if (resolution !== ABSENT) value.resolution = this.symbols.text(resolution);
    value.source_id = this.sourceOf(row);
    value.target_id = this.targetOf(row);
    return value as Relationship;
  }
}
