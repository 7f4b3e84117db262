import type { Type } from './type.ts';
import type { Unit } from './unit.ts';

/** What type parameters stand for; those of a method lie over those of its class. */
export class Env {
  readonly #unit: Unit;
  readonly #types: ReadonlyMap<number, Type>;
  readonly #outer: Env | undefined;

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
}
