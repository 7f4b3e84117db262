import { emptyExtraction } from '../../extraction/extraction.ts';
import type { BindingNumber } from '../../extraction/numbers.ts';
import { Held } from './memory-budget.ts';
import { Unit, type Facet } from './unit.ts';

export interface GlobalDeclaration {
  readonly unit: Unit;
  readonly binding: BindingNumber;
}

/** The names that every file sees, and the files that declare them. */
export class GlobalNames {
  readonly #byName = new Map<string, Map<Unit, BindingNumber>>();
  /** Stands for a file that lists all global names, so that results can depend on its parts. */
  readonly unit = new Unit('', new Held(emptyExtraction('', '')));

  /** Declarations of a name, sorted by their files' paths. */
  of(name: string): GlobalDeclaration[] {
    const found = this.#byName.get(name);
    if (found === undefined) return [];
    return [...found].map(([unit, binding]) => ({ unit, binding })).sort((a, b) => (a.unit.path < b.unit.path ? -1 : 1));
  }

  /** The facet that every result derived from this name depends on. */
  facet(name: string): Facet {
    return this.unit.facet(name);
  }

  /**
   * Records what a unit declares now.
   * @returns the names that it did not declare before, or no longer declares
   */
  update(
    unit: Unit,
    globals: readonly (readonly [name: string, binding: BindingNumber])[],
    before: readonly (readonly [string, number])[],
  ): Set<string> {
    const now = new Map(globals);
    const changed = new Set<string>();
    for (const [name] of before) {
      if (now.has(name)) continue;
      this.#byName.get(name)?.delete(unit);
      changed.add(name);
    }
    for (const [name, binding] of now) {
      let units = this.#byName.get(name);
      if (units === undefined) this.#byName.set(name, (units = new Map<Unit, BindingNumber>()));
      if (!units.has(unit)) changed.add(name);
      units.set(unit, binding);
    }
    return changed;
  }
}
