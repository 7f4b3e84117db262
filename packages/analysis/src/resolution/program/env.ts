import type { BindingNumber } from '../../extraction/numbers.ts';
import type { Type } from './type.ts';
import type { Memo, Unit } from './unit.ts';

/** The types that type parameters stand for. Those of a method hide those of its class. */
export class Env {
  readonly #unit: Unit;
  readonly #types: ReadonlyMap<BindingNumber, Type>;
  readonly #outer: Env | undefined;
  #memos: Map<Unit, Map<number, Memo>> | undefined;
  #generation = -1;

  constructor(unit: Unit, types: ReadonlyMap<BindingNumber, Type>, outer: Env | undefined) {
    this.#unit = unit;
    this.#types = types;
    this.#outer = outer;
  }

  get(unit: Unit, binding: BindingNumber): Type | undefined {
    if (unit === this.#unit) {
      const type = this.#types.get(binding);
      if (type !== undefined) return type;
    }
    return this.#outer?.get(unit, binding);
  }

  /** The results derived under this environment. They are dropped when `generation` changes, that is after any change of the program. */
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
