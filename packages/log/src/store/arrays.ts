type Column = Int32Array | Uint8Array | Uint16Array | Float64Array;

/** Rows of an empty table. */
export const FEWEST = 256;

/** The same column with room for more rows. */
export function grown<Kind extends Column>(column: Kind, rows: number): Kind {
  const larger = new (column.constructor as new (length: number) => Kind)(rows);
  larger.set(column);
  return larger;
}

/** A table that is full grows by half: doubling leaves more room unused. */
export function moreThan(rows: number): number {
  return Math.max(FEWEST, rows + (rows >> 1));
}
