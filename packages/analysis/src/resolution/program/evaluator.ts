import type { Env } from './env.ts';
import { GlobalNames } from './global-names.ts';
import { libraryUnit } from './library.ts';
import { ANY, type Type } from './type.ts';
import type { Derivable, Facet, Memo, Unit } from './unit.ts';

interface Frame {
  readonly unit: Unit;
  readonly key: number;
  facets: ReadonlySet<Facet> | undefined;
  /** The same set as `facets` if this frame owns it. Most frames depend on exactly what one other result depends on, and share its set. */
  own: Set<Facet> | undefined;
  /** Depth of the outermost frame that a cycle inside this one leads back to; Infinity without a cycle. */
  lowest: number;
  /** Frames that ended inside this one, and whose results are valid only until this one ends. */
  members: Member[] | undefined;
}

interface Member {
  readonly unit: Unit;
  readonly key: number;
}

interface Lookup {
  readonly result: unknown;
  readonly facets: ReadonlySet<Facet> | undefined;
}

interface Passing {
  readonly type: Type;
  readonly lowest: number;
  readonly facets: ReadonlySet<Facet> | undefined;
}

/** A frame at this depth is cut off like a cycle. */
const MAX_DEPTH = 220;

/**
 * Derives types on demand and caches them, with the parts of files that each was derived from.
 *
 * A value that depends on itself is unknown inside its own derivation. Results met on the way round such a cycle are kept only while the
 * first member of the cycle is being derived: from another entry point, they might differ. So a result never depends on earlier
 * questions. That is why linking after an edit gives the same result as linking from scratch.
 */
export class Evaluator {
  readonly library: Unit = libraryUnit();
  readonly globals = new GlobalNames();
  readonly #frames: Frame[] = [];
  readonly #passing = new Map<Unit, Map<number, Passing>>();
  /** Depth of the frame that is deriving this value now. */
  readonly #busy = new Map<Unit, Map<number, number>>();
  /** Units that cache something derived from the key. */
  readonly #keepers = new Map<Unit, Set<Unit>>();
  /** Dependency sets already registered in `#keepers`, with the unit they were registered for. */
  #noted = new WeakMap<ReadonlySet<Facet>, Unit>();
  readonly #lookups = new Map<Unit, Map<string, Lookup>>();
  #facets = new Set<Facet>();
  #generation = 0;

  /** Runs `body` and returns the facets that it read. */
  trace(body: () => void): ReadonlySet<Facet> {
    this.#facets = new Set();
    body();
    return this.#facets;
  }

  /** Registers `facet` as a dependency of whatever is being derived. */
  touch(facet: Facet | undefined): void {
    if (facet === undefined) return;
    const frame = this.#frames.at(-1);
    if (frame === undefined) this.#facets.add(facet);
    else if (frame.facets?.has(facet) !== true) ownFacets(frame).add(facet);
  }

  /** Drops everything derived from this unit, here and in other units: the numbers in its tables have changed their meaning. */
  invalidate(unit: Unit): void {
    this.#generation++;
    this.#lookups.clear();
    this.#noted = new WeakMap();
    unit.forget();
    const keepers = this.#keepers.get(unit);
    if (keepers === undefined) return;
    this.#keepers.delete(unit);
    for (const keeper of keepers) keeper.forget();
  }

  /**
   * Looks up a name of a unit and caches the result until anything in the program changes. Many files look up the same names, some
   * through a hundred `export *`. The result must depend on the unit and the name alone.
   */
  lookUp<Result>(unit: Unit, name: string, search: () => Result): Result {
    let lookups = this.#lookups.get(unit);
    if (lookups === undefined) this.#lookups.set(unit, (lookups = new Map<string, Lookup>()));
    let known = lookups.get(name);
    if (known === undefined) {
      const frame: Frame = { unit, key: -1, facets: undefined, own: undefined, lowest: Infinity, members: undefined };
      this.#frames.push(frame);
      const result = search();
      this.#frames.pop();
      lookups.set(name, (known = { result, facets: frame.facets }));
    }
    this.#take(known.facets);
    return known.result as Result;
  }

  /** Frees the cache of lookUp(). Called when no more names will be looked up until something changes. */
  forgetLookups(): void {
    this.#lookups.clear();
  }

  derive(what: Derivable, unit: Unit, index: number, env: Env | undefined, compute: () => Type): Type {
    const key = index * 4 + what;
    const memos = env === undefined ? unit.memos : env.memosOf(unit, this.#generation);
    const memo = memos.get(key);
    if (memo !== undefined && (memo.members === undefined || !this.#someBusy(memo.members))) {
      this.#take(memo.facets);
      return memo.type;
    }
    const passing = env === undefined ? this.#passing.get(unit)?.get(key) : undefined;
    if (passing !== undefined) {
      this.#take(passing.facets);
      this.#meet(passing.lowest);
      return passing.type;
    }
    let busy = this.#busy.get(unit);
    if (busy === undefined) this.#busy.set(unit, (busy = new Map<number, number>()));
    const around = busy.get(key);
    if (around !== undefined || this.#frames.length >= MAX_DEPTH) {
      this.#meet(around ?? 0);
      return ANY;
    }
    const depth = this.#frames.length;
    const frame: Frame = { unit, key, facets: undefined, own: undefined, lowest: Infinity, members: undefined };
    this.#frames.push(frame);
    busy.set(key, depth);
    let type: Type;
    try {
      type = compute();
    } finally {
      this.#frames.length = depth;
      busy.delete(key);
    }
    this.#take(frame.facets);
    if (frame.lowest < depth) this.#pass(frame, type, env);
    else this.#keep(frame, type, memos, env);
    return type;
  }

  #take(facets: ReadonlySet<Facet> | undefined): void {
    if (facets === undefined) return;
    const frame = this.#frames.at(-1);
    if (frame === undefined) for (const facet of facets) this.#facets.add(facet);
    else if (frame.facets === undefined) frame.facets = facets;
    else if (frame.facets !== facets) for (const facet of facets) if (!frame.facets.has(facet)) ownFacets(frame).add(facet);
  }

  #meet(depth: number): void {
    const frame = this.#frames.at(-1);
    if (frame !== undefined && depth < frame.lowest) frame.lowest = depth;
  }

  /** Keeps the result until the cycle's first member is done. */
  #pass(frame: Frame, type: Type, env: Env | undefined): void {
    const head = this.#frames[frame.lowest]!;
    (head.members ??= []).push(frame, ...(frame.members ?? []));
    this.#meet(frame.lowest);
    if (env !== undefined) return;
    let here = this.#passing.get(frame.unit);
    if (here === undefined) this.#passing.set(frame.unit, (here = new Map<number, Passing>()));
    here.set(frame.key, { type, lowest: frame.lowest, facets: frame.facets });
  }

  #keep(frame: Frame, type: Type, memos: Map<number, Memo>, env: Env | undefined): void {
    const members = frame.members?.map(({ unit, key }) => ({ unit, key }));
    for (const { unit, key } of members ?? []) this.#passing.get(unit)?.delete(key);
    memos.set(frame.key, { type, facets: frame.facets, members });
    if (env !== undefined || frame.facets === undefined || this.#noted.get(frame.facets) === frame.unit) return;
    this.#noted.set(frame.facets, frame.unit);
    let last = frame.unit;
    for (const { unit } of frame.facets) {
      if (unit === last || unit === frame.unit) continue;
      last = unit;
      let keepers = this.#keepers.get(unit);
      if (keepers === undefined) this.#keepers.set(unit, (keepers = new Set()));
      keepers.add(frame.unit);
    }
  }

  /** Whether a member of the cycle is being derived now. Such a member sees itself as unknown, so for it the cycle has another result. */
  #someBusy(members: readonly Member[]): boolean {
    if (this.#frames.length === 0) return false;
    return members.some(({ unit, key }) => this.#busy.get(unit)?.has(key) === true);
  }
}

function ownFacets(frame: Frame): Set<Facet> {
  if (frame.own === undefined) frame.facets = frame.own = new Set(frame.facets);
  return frame.own;
}
