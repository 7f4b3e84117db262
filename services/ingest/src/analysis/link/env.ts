import type { Type } from './type.ts';
import type { Memo, Unit } from './unit.ts';

/** What type parameters stand for; those of a method lie over those of its class. */
export class Env {
  readonly #unit: Unit;
  readonly #types: ReadonlyMap<number, Type>;
  readonly #outer: Env | undefined;
  #memos: Map<Unit, Map<number, Memo>> | undefined;
  #generation = -1;

  constructor(unit: Unit, types: ReadonlyMap<number, Type>, outer: Env | undefined) {
    this.#unit = unit;
    this.#types = types;
    this.#outer = outer;
  }

  get(unit: Unit, binding: number): Type | undefined {
    if (unit === this.#unit) {
      const type = this.#types.get(binding);
      if (type !== undefined) return type;
    }
    return this.#outer?.get(unit, binding);
  }

  /** What was derived under this environment, as long as nothing in the program has changed. */
  memosOf(unit: Unit, generation: number): Map<number, Memo> {
    if (this.#memos === undefined || this.#generation !== generation) {
      this.#memos = new Map();
      this.#generation = generation;
    }
    let memos = this.#memos.get(unit);
    if (memos === undefined) this.#memos.set(unit, (memos = new Map<number, Memo>()));
    return memos;
  }
}
