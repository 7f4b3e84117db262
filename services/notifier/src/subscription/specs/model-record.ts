import { ORIGIN, seqOf, type Offset } from '@graphtail/facts';
import type { Filter } from '../filter.ts';
import { keysOf } from './model-facts.ts';
import type { ModelLog } from './model-log.ts';

/** What a subscriber has been told: its cursor, the facts up to it, and what it knows to be missing from them. */
export class ModelRecord {
  cursor: Offset = ORIGIN;
  facts: Offset[] = [];
  /** The filters and the cursors after which they apply, as the subscriber was told. */
  #filters: { readonly after: Offset; readonly filter: Filter | undefined }[] = [];
  /** Facts that a code or a snapshot told to be missing: those after `from`, up to `through`. */
  #missing: { readonly from: Offset; readonly through: Offset }[] = [];

  follow(filter: Filter | undefined): void {
    this.#filters.push({ after: this.cursor, filter });
  }

  /** The subscriber goes on at an earlier place, and forgets what came after it. */
  goBackTo(cursor: Offset): void {
    const isKept = (at: Offset): boolean => seqOf(at) <= seqOf(cursor);
    this.cursor = cursor;
    this.facts = this.facts.filter(isKept);
    this.#missing = this.#missing.map(({ from, through }) => ({ from, through: isKept(through) ? through : cursor }));
  }

  /** The subscriber goes on at a later place, and knows that it has not got what comes before it. */
  skipTo(cursor: Offset): void {
    this.#missing.push({ from: this.cursor, through: cursor });
    this.cursor = cursor;
  }

  /** The facts up to the cursor that should have been delivered: those that the filters let pass, without what is known to be missing. */
  expected(log: ModelLog): Offset[] {
    return log.facts.filter((at) => {
      const seq = seqOf(at);
      if (seq > seqOf(this.cursor)) return false;
      if (this.#missing.some(({ from, through }) => seqOf(from) < seq && seq <= seqOf(through))) return false;
      const filter = this.#filters.findLast(({ after }) => seqOf(after) < seq)?.filter;
      return filter === undefined || filter(keysOf(seq));
    });
  }
}
