import { hashText, lanesToHex } from '@graphtail/facts/plain';
import type { GlobalNames } from '../resolution/program/global-names.ts';
import type { Facet, ModuleTarget, Unit } from '../resolution/program/unit.ts';

/** What a result needs of one unit. It holds as long as the unit says the same of all that the result looked at. */
export interface Need {
  /** Names the unit in every process. */
  readonly unit: string;
  /** Names of the facets that were looked at. */
  readonly facets: readonly string[];
  /** Hash of what these facets said, and of where the unit's specifiers led. */
  readonly said: string;
}

interface Said {
  readonly targets: string;
  readonly facets: ReadonlyMap<string, string>;
}

/** So many units are remembered at a time, because what they say takes memory. */
const MAX_SAID = 10_000;

const GLOBALS = 'globals';

/** Writes down what a result depends on, and finds out whether that is still the same. */
export class Needs {
  readonly #find: (name: string) => Unit | undefined;
  readonly #globals: GlobalNames;
  readonly #said = new Map<Unit, Said>();

  /** @param find returns the unit of a file by `file:<path>`, and of a group by `group:<key>` */
  constructor(find: (name: string) => Unit | undefined, globals: GlobalNames) {
    this.#find = find;
    this.#globals = globals;
  }

  /** Must be called when units have changed. */
  forget(): void {
    this.#said.clear();
  }

  /** What a result of this unit needs that read these facets. Of the unit itself, whose content is known, it needs only the targets. */
  of(unit: Unit, facets: ReadonlySet<Facet>): Need[] {
    const byUnit = new Map<Unit, string[]>([[unit, []]]);
    for (const facet of facets) {
      if (facet.unit === unit || facet.unit.isLibrary) continue;
      const names = byUnit.get(facet.unit);
      if (names === undefined) byUnit.set(facet.unit, [facet.name]);
      else names.push(facet.name);
    }
    return Array.from(byUnit, ([each, names]) => ({ unit: this.#nameOf(each), facets: names, said: this.#hash(each, names) }));
  }

  /** @returns the facets that are needed; undefined if one of them says something else now */
  held(needs: readonly Need[]): Set<Facet> | undefined {
    const held = new Set<Facet>();
    for (const { unit: name, facets, said } of needs) {
      const unit = name === GLOBALS ? this.#globals.unit : this.#find(name);
      if (unit === undefined || this.#hash(unit, facets) !== said) return undefined;
      for (const facet of facets) held.add(unit.facet(facet));
    }
    return held;
  }

  #nameOf(unit: Unit): string {
    if (unit === this.#globals.unit) return GLOBALS;
    return `${unit.isGroup ? 'group' : 'file'}:${unit.path}`;
  }

  #hash(unit: Unit, names: readonly string[]): string {
    const { targets, facets } = this.#saidBy(unit);
    const isGlobals = unit === this.#globals.unit;
    const values = names.map((name) => (isGlobals ? this.#declarers(name) : facets.get(name)));
    return lanesToHex(hashText(JSON.stringify([targets, ...values])));
  }

  #declarers(name: string): string {
    return JSON.stringify(this.#globals.of(name).map(({ unit }) => unit.path));
  }

  #saidBy(unit: Unit): Said {
    let said = this.#said.get(unit);
    if (said === undefined) {
      if (this.#said.size >= MAX_SAID) this.#said.clear();
      said = {
        targets: JSON.stringify(unit.specifiers.map((specifier, i) => [specifier, unit.required[i], nameOf(unit.modules[i])])),
        facets: unit.facets(),
      };
      this.#said.set(unit, said);
    }
    return said;
  }
}

function nameOf(target: ModuleTarget): string {
  if (target === undefined) return '';
  if ('packageId' in target) return target.packageId;
  return `${target.unit.isGroup ? 'group' : 'file'}:${target.unit.path}`;
}
