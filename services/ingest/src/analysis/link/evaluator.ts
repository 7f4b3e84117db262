import type { Env } from './env.ts';
import { GlobalNames } from './global-names.ts';
import { libraryUnit } from './library.ts';
import { ANY, type Type } from './type.ts';
import type { Kind, Memo, Source, Unit } from './unit.ts';

interface Frame {
  readonly unit: Unit;
  readonly key: number;
  sources: ReadonlySet<Source> | undefined;
  /** The same, where it is this frame's alone: most look at what one other thing looked at, and share its set. */
  own: Set<Source> | undefined;
  /** The outermost frame that a cycle has been met with inside this one. */
  lowest: number;
  /** Frames done inside this one whose results hold only while it is not. */
  members: Member[] | undefined;
}

interface Member {
  readonly unit: Unit;
  readonly key: number;
}

interface Lookup {
  readonly result: unknown;
  readonly sources: ReadonlySet<Source> | undefined;
}

interface Passing {
  readonly type: Type;
  readonly lowest: number;
  readonly sources: ReadonlySet<Source> | undefined;
}

/** A frame so deep is cut off like a cycle. */
const MAX_DEPTH = 220;

/**
 * Derives types on demand and keeps them, with the parts of files that each was derived from.
 *
 * A thing that is derived from itself is unknown there. What is met on the way round such a cycle is kept only while
 * its first member is being derived, for from another entry it might come out otherwise: so a result never depends
 * on what was asked before, which is what makes linking after an edit equal to linking afresh.
 */
export class Evaluator {
  readonly library: Unit = libraryUnit();
  readonly globals = new GlobalNames();
  readonly #frames: Frame[] = [];
  readonly #passing = new Map<Unit, Map<number, Passing>>();
  /** Depth of the frame that derives something now. */
  readonly #busy = new Map<Unit, Map<number, number>>();
  /** Units that keep something derived from the key. */
  readonly #keepers = new Map<Unit, Set<Unit>>();
  /** Sets of which that is known already, and of whom. */
  #noted = new WeakMap<ReadonlySet<Source>, Unit>();
  readonly #lookups = new Map<Unit, Map<string, Lookup>>();
  #sources = new Set<Source>();
  #generation = 0;

  /** Runs `body` and tells what it looked at. */
  trace(body: () => void): ReadonlySet<Source> {
    this.#sources = new Set();
    body();
    return this.#sources;
  }

  /** Whoever is being derived depends on this. */
  touch(source: Source | undefined): void {
    if (source === undefined) return;
    const frame = this.#frames.at(-1);
    if (frame === undefined) this.#sources.add(source);
    else if (frame.sources?.has(source) !== true) ownSources(frame).add(source);
  }

  /** The numbers in this unit's tables mean other things now: what was derived from it, here and elsewhere, goes. */
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
   * Looks a unit's name up, once for as long as nothing in the program has changed: many files ask for the same names, some through a
   * hundred `export *`. What is found must hang on the unit and the name alone.
   */
  lookUp<Result>(unit: Unit, name: string, search: () => Result): Result {
    let lookups = this.#lookups.get(unit);
    if (lookups === undefined) this.#lookups.set(unit, (lookups = new Map<string, Lookup>()));
    let known = lookups.get(name);
    if (known === undefined) {
      const frame: Frame = { unit, key: -1, sources: undefined, own: undefined, lowest: Infinity, members: undefined };
      this.#frames.push(frame);
      const result = search();
      this.#frames.pop();
      lookups.set(name, (known = { result, sources: frame.sources }));
    }
    this.#take(known.sources);
    return known.result as Result;
  }

  /** Nothing will be looked up before something changes. */
  forgetLookups(): void {
    this.#lookups.clear();
  }

  derive(kind: Kind, unit: Unit, index: number, env: Env | undefined, compute: () => Type): Type {
    const key = index * 4 + kind;
    const memos = env === undefined ? unit.memos : env.memosOf(unit, this.#generation);
    const memo = memos.get(key);
    if (memo !== undefined && (memo.members === undefined || !this.#someBusy(memo.members))) {
      this.#take(memo.sources);
      return memo.type;
    }
    const passing = env === undefined ? this.#passing.get(unit)?.get(key) : undefined;
    if (passing !== undefined) {
      this.#take(passing.sources);
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
    const frame: Frame = { unit, key, sources: undefined, own: undefined, lowest: Infinity, members: undefined };
    this.#frames.push(frame);
    busy.set(key, depth);
    let type: Type;
    try {
      type = compute();
    } finally {
      this.#frames.length = depth;
      busy.delete(key);
    }
    this.#take(frame.sources);
    if (frame.lowest < depth) this.#pass(frame, type, env);
    else this.#keep(frame, type, memos, env);
    return type;
  }

  #take(sources: ReadonlySet<Source> | undefined): void {
    if (sources === undefined) return;
    const frame = this.#frames.at(-1);
    if (frame === undefined) for (const source of sources) this.#sources.add(source);
    else if (frame.sources === undefined) frame.sources = sources;
    else if (frame.sources !== sources) for (const source of sources) if (!frame.sources.has(source)) ownSources(frame).add(source);
  }

  #meet(depth: number): void {
    const frame = this.#frames.at(-1);
    if (frame !== undefined && depth < frame.lowest) frame.lowest = depth;
  }

  /** Kept until the cycle's first member is done. */
  #pass(frame: Frame, type: Type, env: Env | undefined): void {
    const head = this.#frames[frame.lowest]!;
    (head.members ??= []).push(frame, ...(frame.members ?? []));
    this.#meet(frame.lowest);
    if (env !== undefined) return;
    let here = this.#passing.get(frame.unit);
    if (here === undefined) this.#passing.set(frame.unit, (here = new Map<number, Passing>()));
    here.set(frame.key, { type, lowest: frame.lowest, sources: frame.sources });
  }

  #keep(frame: Frame, type: Type, memos: Map<number, Memo>, env: Env | undefined): void {
    const members = frame.members?.map(({ unit, key }) => ({ unit, key }));
    for (const { unit, key } of members ?? []) this.#passing.get(unit)?.delete(key);
    memos.set(frame.key, { type, sources: frame.sources, members });
    if (env !== undefined || frame.sources === undefined || this.#noted.get(frame.sources) === frame.unit) return;
    this.#noted.set(frame.sources, frame.unit);
    let last = frame.unit;
    for (const { unit } of frame.sources) {
      if (unit === last || unit === frame.unit) continue;
      last = unit;
      let keepers = this.#keepers.get(unit);
      if (keepers === undefined) this.#keepers.set(unit, (keepers = new Set()));
      keepers.add(frame.unit);
    }
  }

  /** A result from a cycle is another one for those in the cycle: they see themselves as unknown. */
  #someBusy(members: readonly Member[]): boolean {
    if (this.#frames.length === 0) return false;
    return members.some(({ unit, key }) => this.#busy.get(unit)?.has(key) === true);
  }
}

function ownSources(frame: Frame): Set<Source> {
  if (frame.own === undefined) frame.sources = frame.own = new Set(frame.sources);
  return frame.own;
}
