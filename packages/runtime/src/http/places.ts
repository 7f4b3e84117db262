import { seqOfPlace, type Offset } from '@graphtail/facts';
import type { Access } from '../guard/index.ts';

/** Returns the offset of a seq in the newest timeline of a graph's log. Throws if the caller has no access to the graph. */
export type OffsetOf = (graph: string | undefined, seq: number, access: Access) => Promise<Offset>;

/** Members of queries and bodies that hold a cursor. */
const CURSORS = ['at', 'min_offset', 'from', 'to', 'cursor'];

/** Replaces places, `#<seq>`, by offsets in a query or a body that is not parsed yet. */
export async function withoutPlaces<Given>(given: Given, offsetOf: (seq: number) => Promise<Offset>): Promise<Given> {
  if (typeof given !== 'object' || given === null) return given;
  let replaced: Given | undefined;
  for (const name of CURSORS) {
    const value: unknown = (given as Record<string, unknown>)[name];
    const seq = typeof value === 'string' ? seqOfPlace(value) : undefined;
    if (seq !== undefined) replaced = { ...(replaced ?? given), [name]: await offsetOf(seq) };
  }
  return replaced ?? given;
}
