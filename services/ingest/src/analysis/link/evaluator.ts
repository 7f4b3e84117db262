import type { Env } from './env.ts';
import { libraryUnit } from './library.ts';
import { ANY, type Type } from './type.ts';
import type { Kind, Memo, Unit } from './unit.ts';

interface Frame {
  readonly unit: Unit;
  readonly kind: Kind;
  readonly index: number;
  readonly sources: Set<Unit>;
  /** The outermost frame that a cycle has been met with inside this one. */
  lowest: number;
  /** Frames done inside this one whose results hold only while it is not. */
  members: Key[];
}

interface Key {
  readonly unit: Unit;
  readonly kind: Kind;
  readonly index: number;
}

/** A frame so deep is cut off like a cycle. */
const MAX_DEPTH = 220;
/** How often one thing may be derived within itself under different type arguments. */
const MAX_REENTRY = 3;

/**
 * Derives types on demand and keeps them, with the files that each was derived from.
 *
 * A thing that is derived from itself is unknown there. What is met on the way round such a cycle is kept only while
 * its first member is being derived, for from another entry it might come out otherwise: so a result never depends
 * on what was asked before, which is what makes linking after an edit equal to linking afresh.
 */
export class Evaluator {
  readonly library: Unit = libraryUnit();
  readonly #frames: Frame[] = [];
  readonly #passing = new Map<Unit, Map<string, { type: Type; lowest: number; sources: ReadonlySet<Unit> }>>();
  readonly #busy = new Map<Unit, Map<string, number[]>>();
  /** Units that keep something derived from the key. */
  readonly #keepers = new Map<Unit, Set<Unit>>();
  #sources = new Set<Unit>();

  /** Runs `body` and tells which units it looked at. */
  trace(body: () => void): ReadonlySet<Unit> {
    const outer = this.#sources;
    this.#sources = new Set();
    try {
      body();
      return this.#sources;
    } finally {
      this.#sources = outer;
    }
  }

  touch(unit: Unit): void {
    this.#sources.add(unit);
  }

  /** What was derived from this unit, here and elsewhere, is derived anew. */
  invalidate(unit: Unit): void {
    unit.forget();
    const keepers = this.#keepers.get(unit);
    if (keepers === undefined) return;
    this.#keepers.delete(unit);
    for (const keeper of keepers) keeper.forget();
  }

  derive(kind: Kind, unit: Unit, index: number, env: Env | undefined, compute: () => Type): Type {
    this.#sources.add(unit);
    if (env === undefined) {
      const memo = unit.memoOf(kind)[index];
      if (memo !== undefined && !this.#someBusy(memo)) {
        if (memo.sources !== undefined) for (const source of memo.sources) this.#sources.add(source);
        return memo.type;
      }
    }
    const name = `${kind}${String(index)}`;
    const passing = env === undefined ? this.#passing.get(unit)?.get(name) : undefined;
    if (passing !== undefined) {
      for (const source of passing.sources) this.#sources.add(source);
      this.#meet(passing.lowest);
      return passing.type;
    }
    let busyHere = this.#busy.get(unit);
    if (busyHere === undefined) this.#busy.set(unit, (busyHere = new Map<string, number[]>()));
    let busy = busyHere.get(name);
    if (busy === undefined) busyHere.set(name, (busy = []));
    if (busy.length > 0 && (env === undefined || busy.length >= MAX_REENTRY)) {
      this.#meet(busy[0]!);
      return ANY;
    }
    if (this.#frames.length >= MAX_DEPTH) {
      this.#meet(0);
      return ANY;
    }
    const outer = this.#sources;
    const depth = this.#frames.length;
    const frame: Frame = { unit, kind, index, sources: new Set([unit]), lowest: Infinity, members: [] };
    this.#frames.push(frame);
    busy.push(depth);
    this.#sources = frame.sources;
    let type: Type;
    try {
      type = compute();
    } finally {
      this.#frames.pop();
      busy.pop();
      this.#sources = outer;
      for (const source of frame.sources) outer.add(source);
    }
    if (frame.lowest < depth) this.#pass(frame, name, type, env);
    else this.#keep(frame, type, env);
    return type;
  }

  #meet(depth: number): void {
    const frame = this.#frames.at(-1);
    if (frame !== undefined && depth < frame.lowest) frame.lowest = depth;
  }

  /** Kept until the cycle's first member is done. */
  #pass(frame: Frame, name: string, type: Type, env: Env | undefined): void {
    const head = this.#frames[frame.lowest]!;
    head.members.push(frame, ...frame.members);
    this.#meet(frame.lowest);
    if (env !== undefined) return;
    let here = this.#passing.get(frame.unit);
    if (here === undefined) this.#passing.set(frame.unit, (here = new Map()));
    here.set(name, { type, lowest: frame.lowest, sources: frame.sources });
  }

  #keep(frame: Frame, type: Type, env: Env | undefined): void {
    for (const { unit, kind, index } of frame.members) this.#passing.get(unit)?.delete(`${kind}${String(index)}`);
    if (env !== undefined) return;
    const foreign = frame.sources.size > 1;
    const memo: Memo = {
      type,
      sources: foreign ? frame.sources : undefined,
      members: frame.members.length > 0 ? frame.members : undefined,
    };
    frame.unit.memoOf(frame.kind)[frame.index] = memo;
    if (!foreign) return;
    for (const source of frame.sources) {
      let keepers = this.#keepers.get(source);
      if (keepers === undefined) this.#keepers.set(source, (keepers = new Set()));
      keepers.add(frame.unit);
    }
  }

  /** A result from a cycle is another one for those in the cycle: they see themselves as unknown. */
  #someBusy(memo: Memo): boolean {
    if (memo.members === undefined || this.#frames.length === 0) return false;
    return memo.members.some(({ unit, kind, index }) => (this.#busy.get(unit)?.get(`${kind}${String(index)}`)?.length ?? 0) > 0);
  }
}
