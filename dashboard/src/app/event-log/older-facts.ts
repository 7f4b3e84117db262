import { signal } from '@angular/core';
import type { Api, Bounds } from '@graphtail/client';
import { offset, seqOf, type Fact, type Offset } from '@graphtail/facts';
import { reasonOf } from '../api/api.ts';
import { matcherOf, queryOf, type Filter, type Query } from './filter.ts';

/** Facts that one step looks through: without a filter, with words that the page looks for, and where the server filters. */
const WINDOWS = { all: 500, words: 5_000, filtered: 50_000 };
const PAGE = 5_000;
/** A step goes on until it found so many facts, for at most so many windows. */
const ENOUGH = 50;
const MOST_WINDOWS = 4;

/** What the log holds before the facts that the page received, as far as it was looked through. */
export type Older = {
  readonly facts: readonly Fact[];
  /** Everything from this seq on was looked through; undefined: nothing yet. */
  readonly from: number | undefined;
  /** The log holds nothing before. */
  readonly isAll: boolean;
  readonly isBusy: boolean;
  readonly error: string | undefined;
};

const NOTHING: Older = { facts: [], from: undefined, isAll: false, isBusy: false, error: undefined };

/** The offset of a seq in the newest timeline that holds it. */
export function offsetAt({ epochs }: Pick<Bounds, 'epochs'>, seq: number): Offset {
  const opened = epochs.findLast(({ prev }) => seqOf(prev) < seq);
  return seq <= 0 || opened === undefined ? ('0-0' as Offset) : offset(opened.epoch, seq);
}

function windowOf({ types, path, words }: Query): number {
  if (types !== undefined || path !== undefined) return WINDOWS.filtered;
  return words.length > 0 ? WINDOWS.words : WINDOWS.all;
}

/** Looks through the log backwards, step by step, for facts that pass a filter. */
export class OlderFacts {
  readonly #api: Api;
  readonly #state = signal<Older>(NOTHING);
  readonly state = this.#state.asReadonly();
  /** Counts the searches: an answer to an earlier one is dropped. */
  #search = 0;

  constructor(api: Api) {
    this.#api = api;
  }

  forget(): void {
    this.#search += 1;
    this.#state.set(NOTHING);
  }

  /** @param before facts from this seq on are known already */
  async look(graph: string, filter: Filter, before: number): Promise<void> {
    if (this.#state().isBusy || this.#state().isAll) return;
    const search = ++this.#search;
    const known = this.#state();
    this.#state.set({ ...known, isBusy: true, error: undefined });
    try {
      const bounds = await this.#api.log({ graph });
      const floor = seqOf(bounds.floor);
      const query = queryOf(filter);
      const matches = matcherOf(filter);
      const found: Fact[] = [];
      let from = known.from ?? before;
      for (let windows = 0; windows < MOST_WINDOWS && from > floor + 1 && found.length < ENOUGH; windows++) {
        const after = Math.max(floor, from - 1 - windowOf(query));
        const facts = await this.#read(graph, query, offsetAt(bounds, after), from - 1);
        found.push(...facts.filter(matches).reverse());
        from = after + 1;
        if (search !== this.#search) return;
      }
      this.#state.set({ facts: [...known.facts, ...found], from, isAll: from <= floor + 1, isBusy: false, error: undefined });
    } catch (error) {
      if (search === this.#search) this.#state.set({ ...known, isBusy: false, error: reasonOf(error, 'The log could not be read') });
    }
  }

  /** Returns the facts after a cursor up to a seq, oldest first. */
  async #read(graph: string, { types, path }: Query, after: Offset, last: number): Promise<Fact[]> {
    const facts: Fact[] = [];
    for (let from = after; seqOf(from) < last;) {
      const page = await this.#api.facts({ graph, from, types, path, limit: Math.min(PAGE, last - seqOf(from)) });
      facts.push(...page.facts.filter((fact) => seqOf(fact.offset) <= last));
      if (seqOf(page.through) <= seqOf(from)) break;
      from = page.through;
    }
    return facts;
  }
}
