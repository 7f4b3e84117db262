import { emptyExtraction, type ExportRecord, type ModuleRequest, type SourceExtraction } from '../extraction/extraction.ts';
import type { ModuleNumber } from '../extraction/numbers.ts';
import { Held } from '../resolution/program/memory-budget.ts';
import { Unit } from '../resolution/program/unit.ts';
import type { Contribution } from '../resolution/modules/module-system.ts';

const FILE = 'file:';
const GROUP = 'group:';

/** The groups that the files of the program make up. Each is a unit that only re-exports, so results can depend on it as on a file. */
export class Groups {
  readonly #units = new Map<string, Unit>();
  /** By group and key. A contribution that many files make, as each file below a folder does, changes the group only the first time. */
  readonly #members = new Map<string, Map<string, { readonly each: Contribution; count: number }>>();
  readonly #byFile = new Map<string, readonly Contribution[]>();
  readonly #touched = new Set<string>();

  get(key: string): Unit | undefined {
    return this.#units.get(key);
  }

  /** The first file in a group. */
  firstOf(key: string): string | undefined {
    const first = this.#units.get(key)?.specifiers[0];
    return first?.startsWith(FILE) === true ? first.slice(FILE.length) : undefined;
  }

  has(unit: Unit): boolean {
    return this.#units.get(unit.path) === unit;
  }

  units(): Iterable<Unit> {
    return this.#units.values();
  }

  /** Replaces what a file contributes. */
  put(path: string, contributions: readonly Contribution[]): void {
    const before = this.#byFile.get(path) ?? [];
    if (sameContributions(before, contributions)) return;
    for (const each of before) {
      const members = this.#members.get(each.group)!;
      const entry = members.get(keyOf(each))!;
      if (--entry.count > 0) continue;
      members.delete(keyOf(each));
      if (members.size === 0) this.#members.delete(each.group);
      this.#touched.add(each.group);
    }
    for (const each of contributions) {
      let members = this.#members.get(each.group);
      if (members === undefined) this.#members.set(each.group, (members = new Map<string, { each: Contribution; count: number }>()));
      const entry = members.get(keyOf(each));
      if (entry === undefined) members.set(keyOf(each), { each, count: 1 });
      else entry.count++;
      if (entry === undefined) this.#touched.add(each.group);
    }
    if (contributions.length === 0) this.#byFile.delete(path);
    else this.#byFile.set(path, contributions);
  }

  /**
   * Updates the units of the groups whose contributions changed.
   *
   * @param onChange called with each unit before it changes
   * @returns whether specifiers may lead elsewhere now: a group was added or removed, or one with a contribution that `decides` changed
   */
  rebuild(onChange: (unit: Unit, isNew: boolean) => void): boolean {
    let others = false;
    for (const key of this.#touched) {
      const members = this.#members.get(key);
      const known = this.#units.get(key);
      if (known !== undefined) onChange(known, false);
      if (members === undefined) {
        others ||= known !== undefined;
        this.#units.delete(key);
      } else if (known !== undefined) {
        known.replace(new Held(extractionOf(members)));
        for (const { each } of members.values()) others ||= each.decides === true;
      } else {
        others = true;
        const unit = new Unit(key, new Held(extractionOf(members)), false, true);
        this.#units.set(key, unit);
        onChange(unit, true);
      }
    }
    this.#touched.clear();
    return others;
  }
}

/** Where a specifier of a group leads. */
export function targetOfGroup(specifier: string): { path: string } | { group: string } {
  return specifier.startsWith(FILE) ? { path: specifier.slice(FILE.length) } : { group: specifier.slice(GROUP.length) };
}

/**
 * If several have the same name, the one with the shortest path counts (`Cart.cs` before `Cart.Designer.cs`), and of equally long ones
 * the first.
 */
function extractionOf(members: ReadonlyMap<string, { readonly each: Contribution }>): SourceExtraction {
  const sorted = [...members].sort(([a], [b]) => (a < b ? -1 : 1));
  const modules: ModuleRequest[] = [];
  const exports: ExportRecord[] = [];
  const numbers = new Map<string, ModuleNumber>();
  const names = new Map<string, { readonly at: number; readonly length: number }>();
  const stars = new Set<ModuleNumber>();
  for (const [, { each }] of sorted) {
    const specifier = 'path' in each.to ? `${FILE}${each.to.path}` : `${GROUP}${each.to.group}`;
    let module = numbers.get(specifier);
    if (module === undefined) {
      numbers.set(specifier, (module = modules.length as ModuleNumber));
      modules.push({ specifier, how: 'scope', line: 1, count: 1 });
    }
    if (each.name === undefined) {
      if (!stars.has(module)) exports.push({ star: module, hidden: true });
      stars.add(module);
    } else {
      const known = names.get(each.name);
      const length = 'path' in each.to ? each.to.path.length : Infinity;
      if (known !== undefined && known.length <= length) continue;
      const at = known?.at ?? exports.length;
      names.set(each.name, { at, length });
      exports[at] = { name: each.name, from: { module, name: 'path' in each.to ? each.to.name : '*' } };
    }
  }
  return { ...emptyExtraction('', ''), modules, exports };
}

function keyOf({ name, to }: Contribution): string {
  return `${name ?? ''}\0${'path' in to ? `0${to.path}\0${to.name}` : `1${to.group}`}`;
}

function sameContributions(a: readonly Contribution[], b: readonly Contribution[]): boolean {
  return a.length === b.length && a.every((each, i) => each.group === b[i]!.group && keyOf(each) === keyOf(b[i]!));
}
