import type { GraphNode, Relationship } from '@graphtail/facts';
import type { ConfigExtraction, Extraction, SourceExtraction } from '../extraction/extraction.ts';
import type { BindingNumber } from '../extraction/numbers.ts';
import { Evaluator } from '../resolution/program/evaluator.ts';
import { packageUnit } from '../resolution/program/library.ts';
import { linkUnit, type FileGraph, type LinkedUnit, type UnitUses } from '../resolution/relationships/link-file.ts';
import { MemoryBudget, type Held } from '../resolution/program/memory-budget.ts';
import { OverrideMap } from '../overriding/override-map.ts';
import { readMethods } from '../overriding/read-methods.ts';
import { Groups, targetOfGroup } from './groups.ts';
import type { LinkMemory, LinkRecord, Outcome } from './link-record.ts';
import { Needs } from './needs.ts';
import { ModuleSystems } from '../resolution/modules/systems.ts';
import { readHttp } from '../seams/read-http.ts';
import { SeamMap } from '../seams/seam-map.ts';
import type { SpecifierTarget } from '../resolution/modules/module-system.ts';
import { Unit, type Facet, type ModuleTarget } from '../resolution/program/unit.ts';

/** The graph of a file; undefined if the file is gone. */
export type LinkedFile = FileGraph | undefined;

export interface LinkStats {
  readonly files: number;
  /** Files that this call linked again. */
  readonly relinked: number;
  /** Calls in all files: `resolvedCalls` lead to a declaration, `externalCalls` out of the program, `unresolvedCalls` nowhere known. */
  readonly resolvedCalls: number;
  readonly externalCalls: number;
  readonly unresolvedCalls: number;
}

/** The outcome of the steps of link(). */
export interface LinkEnd {
  /** Only files whose output may have changed since the last call, and PACKAGES_PATH. */
  readonly paths: ReadonlySet<string>;
  readonly stats: LinkStats;
}

export interface LinkResult {
  /** The changed files and their output now. */
  readonly files: ReadonlyMap<string, LinkedFile>;
  readonly stats: LinkStats;
}

/** The path of a pseudo-file that holds the packages. A package exists as long as some file depends on it. */
export const PACKAGES_PATH = '';

interface Linked {
  readonly graph: Held<FileGraph>;
  readonly uses: UnitUses;
  readonly facets: ReadonlySet<Facet>;
}

/** What a unit told other units when link() was last called. */
interface Before {
  readonly facets: ReadonlyMap<string, string>;
  readonly globals: readonly (readonly [name: string, binding: BindingNumber])[];
  /** Where its specifiers led. */
  readonly targets: ReadonlyMap<string, ModuleTarget>;
}

/**
 * Bytes of extractions and graphs that stay in memory as objects: enough for some 10,000 files. Extractions beyond that stay as texts,
 * which take less than half as much.
 */
const LIVE_BYTES = 256 * 1024 * 1024;
/** Approximate bytes of an entity, and of an entry of an extraction's tables. */
const [ENTITY_BYTES, ENTRY_BYTES] = [260, 100];

const NOTHING_BEFORE: Before = { facets: new Map(), globals: [], targets: new Map() };

/**
 * Resolves names across files. For each file's output it records which parts of which files that output was derived from. So link()
 * derives again only what depends on a change, and the outcome is the same as that of a linker that receives all files at once.
 */
export class Linker {
  readonly #units = new Map<string, Unit>();
  readonly #configs = new Map<string, ConfigExtraction>();
  readonly #evaluator = new Evaluator();
  readonly #groups = new Groups();
  readonly #systems = new ModuleSystems({
    hasFile: (path) => this.#units.has(path),
    hasGroup: (key) => this.#groups.get(key) !== undefined,
    firstOf: (key) => this.#groups.firstOf(key),
  });
  readonly #linked = new Map<Unit, Linked>();
  /** Calls of all linked files. */
  readonly #calls = { resolvedCalls: 0, externalCalls: 0, unresolvedCalls: 0 };
  /** For each unit, the units that depend on some part of it. Which parts is recorded in `#linked`. */
  readonly #dependents = new Map<Unit, Set<Unit>>();
  readonly #seams = new SeamMap();
  readonly #overrides = new OverrideMap();
  readonly #packages = new Map<string, number>();
  readonly #knownPackages = new Map<string, Unit | undefined>();
  #toldPackages: readonly string[] = [];
  /** Units whose content changed, including new and deleted ones. */
  readonly #changed = new Map<Unit, Before>();
  readonly #gone = new Map<string, Unit>();
  /** Units with a specifier that leads elsewhere now. */
  readonly #moved = new Set<Unit>();
  /**
   * `#stale`: units whose output is out of date. `#outbox`: outputs not reported yet. Both outlast a call, because link() may be broken
   * off between two steps.
   */
  readonly #stale = new Set<Unit>();
  #outbox = new Set<string>();
  readonly #budget: MemoryBudget;
  readonly #needs = new Needs((name) => this.#unitNamed(name), this.#evaluator.globals);
  /** Records of an earlier linker, until everything was linked once. */
  #memory: LinkMemory | undefined;
  /** Units that were linked since their last record. */
  readonly #unrecorded = new Set<Unit>();
  #filesChanged = false;
  #configsChanged = false;

  /**
   * @param options.liveBytes about how many bytes the linker's objects may take; what exceeds them is rebuilt on demand
   * @param options.memory records of an earlier linker of the same files; those that still hold spare the first linking of their files
   */
  constructor({ liveBytes = LIVE_BYTES, memory }: { liveBytes?: number; memory?: LinkMemory | undefined } = {}) {
    this.#budget = new MemoryBudget(liveBytes);
    this.#memory = memory;
  }

  /** Adds a file, or replaces its content. */
  set(path: string, extraction: Extraction): void {
    if (extraction.kind === 'config') {
      if (this.#configs.get(path)?.contentHash === extraction.contentHash) return;
      this.#configs.set(path, extraction);
      this.#configsChanged = true;
      return;
    }
    this.#groups.put(path, this.#systems.contributions(path, extraction));
    if (this.#systems.nuxt.put(path, extraction)) this.#configsChanged = true;
    const known = this.#units.get(path);
    if (known === undefined) {
      const held = this.#hold(extraction, () => unit.forget());
      const unit = new Unit(path, held);
      this.#units.set(path, unit);
      this.#changed.set(unit, NOTHING_BEFORE);
      this.#filesChanged = true;
      return;
    }
    this.#noteBefore(known);
    this.#budget.release(known.held);
    known.replace(this.#hold(extraction, () => known.forget()));
  }

  #hold(extraction: SourceExtraction, onLetGo: () => void): Held<SourceExtraction> {
    const { nodes, bindings, functions, shapes, exprs, types, exports, sites } = extraction;
    const members = shapes.reduce((sum, shape) => sum + shape.members.length, 0);
    const entries = [nodes, bindings, functions, shapes, exprs, types, exports, sites].reduce((sum, { length }) => sum + length, members);
    this.#budget.trim();
    return this.#budget.hold(extraction, entries * ENTRY_BYTES, asText, onLetGo);
  }

  /** Removes a file. */
  delete(path: string): void {
    if (this.#configs.delete(path)) this.#configsChanged = true;
    const unit = this.#units.get(path);
    if (unit === undefined) return;
    this.#noteBefore(unit);
    this.#budget.release(unit.held);
    this.#groups.put(path, []);
    if (this.#systems.nuxt.put(path, undefined)) {
      this.#configsChanged = true;
      this.#groups.put(conventions(path), []);
    }
    this.#units.delete(path);
    // If two files at one path came and went since, callers know only the first.
    if (!this.#gone.has(path)) this.#gone.set(path, unit);
    this.#filesChanged = true;
  }

  link(): LinkResult {
    const steps = this.linkStepwise();
    for (;;) {
      const step = steps.next();
      if (step.done !== true) continue;
      const { paths, stats } = step.value;
      return { files: new Map([...paths].map((path) => [path, this.output(path)])), stats };
    }
  }

  /**
   * Like link(), but in steps. Each step yields the number of files that were out of date and are done. Between steps, the caller may do anything but
   * call set() and delete(). It may also stop; the next call continues.
   */
  *linkStepwise(): Generator<number, LinkEnd, void> {
    for (const unit of yield* this.#findStale()) this.#stale.add(unit);
    let [done, relinked] = [0, 0];
    for (const [path, unit] of this.#gone) {
      this.#unlink(unit);
      this.#stale.delete(unit);
      this.#seams.delete(path);
      this.#overrides.delete(path);
      this.#outbox.add(path);
    }
    this.#gone.clear();
    for (const unit of this.#stale) {
      this.#unlink(unit);
      if (!this.#recall(unit)) {
        this.#link(unit);
        relinked++;
      }
      this.#outbox.add(unit.path);
      this.#stale.delete(unit);
      this.#budget.trim();
      yield ++done;
    }
    this.#memory = undefined;
    this.#evaluator.forgetLookups();
    // Routes, seams and overrides depend on all files together. Those of a file may change even if nothing else in it does.
    for (const path of [...this.#seams.update(), ...this.#overrides.update()]) this.#outbox.add(path);
    const packages = [...this.#packages.keys()].sort();
    if (packages.join() !== this.#toldPackages.join()) this.#outbox.add(PACKAGES_PATH);
    this.#toldPackages = packages;
    return { paths: this.takeLinked(), stats: { files: this.#units.size, relinked, ...this.#calls } };
  }

  get hasLinked(): boolean {
    return this.#linked.size > 0;
  }

  /**
   * Files linked since the last call of this method, without routes, seams and overrides. At its end, linkStepwise() reports each file with
   * some of them once more.
   */
  takeLinked(): ReadonlySet<string> {
    const paths = this.#outbox;
    if (paths.size > 0) this.#outbox = new Set<string>();
    return paths;
  }

  /** All paths that output() knows. */
  *paths(): Generator<string, void, void> {
    for (const { path } of this.#linked.keys()) yield path;
    yield PACKAGES_PATH;
  }

  /** The output of a file as of the last link(). */
  output(path: string): LinkedFile {
    if (path === PACKAGES_PATH) return { nodes: this.#toldPackages.map(packageNode), relationships: [] };
    const unit = this.#units.get(path);
    const linked = unit === undefined ? undefined : this.#linked.get(unit);
    if (linked === undefined) return undefined;
    this.#budget.trim();
    const [graph, seams] = [linked.graph.value, this.#seams.of(path)];
    const own = [...graph.relationships, ...seams.relationships];
    return { nodes: [...graph.nodes, ...seams.nodes], relationships: [...own, ...unlessKnown(this.#overrides.of(path), own)] };
  }

  /**
   * The record of a file that was linked since the last call of this method for it; undefined if there is none, or while changes wait to be
   * linked. A file that could not be read or fully parsed has none, since that may not depend on its content alone.
   */
  nextRecord(): LinkRecord | undefined {
    if (this.#changed.size + this.#stale.size + this.#gone.size + this.#moved.size > 0 || this.#filesChanged || this.#configsChanged)
      return undefined;
    for (const unit of this.#unrecorded) {
      this.#unrecorded.delete(unit);
      const linked = this.#linked.get(unit);
      const { contentHash, nodes } = unit.extraction;
      if (linked === undefined || nodes[0]?.parse_error !== undefined) continue;
      const { graph, uses, facets } = linked;
      this.#budget.trim();
      const [http, methods] = [this.#seams.recordsOf(unit.path), this.#overrides.recordsOf(unit.path)];
      return { path: unit.path, contentHash, graph: graph.value, uses, http, methods, needs: this.#needs.of(unit, facets) };
    }
    return undefined;
  }

  #noteBefore(unit: Unit): void {
    if (!this.#changed.has(unit)) this.#changed.set(unit, { facets: unit.facets(), globals: unit.globals, targets: targetsOf(unit) });
  }

  /** Brings everything but the outputs up to date, and returns the units whose outputs are out of date. */
  *#findStale(): Generator<number, Set<Unit>, void> {
    this.#needs.forget();
    yield* this.#resolveModules();
    const stale = new Set<Unit>();
    const upset = (facet: Facet): void => {
      for (const dependent of this.#dependents.get(facet.unit) ?? [])
        if (this.#linked.get(dependent)?.facets.has(facet) === true && !this.#isGone(dependent)) stale.add(dependent);
    };
    const upsetAll = (unit: Unit): void => {
      for (const dependent of this.#dependents.get(unit) ?? []) if (!this.#isGone(dependent)) stale.add(dependent);
    };
    const { globals } = this.#evaluator;
    for (const [unit, before] of this.#changed) {
      const gone = this.#isGone(unit);
      this.#evaluator.invalidate(unit);
      if (!gone && !unit.isGroup) stale.add(unit);
      if (gone) upsetAll(unit);
      else for (const name of changedKeys(before.facets, unit.facets())) upset(unit.facet(name));
      const renamed = globals.update(unit, gone ? [] : unit.globals, before.globals);
      if (renamed.size > 0) this.#evaluator.invalidate(globals.unit);
      for (const name of renamed) upset(globals.facet(name));
    }
    this.#changed.clear();
    for (const unit of this.#moved) {
      if (this.#isGone(unit)) continue;
      this.#evaluator.invalidate(unit);
      if (!unit.isGroup) stale.add(unit);
      upsetAll(unit);
    }
    this.#moved.clear();
    return stale;
  }

  *#resolveModules(): Generator<number, void, void> {
    if (this.#configsChanged || this.#filesChanged) {
      this.#systems.nuxt.filesChanged();
      for (const [path, contributions] of this.#systems.nuxt.contributions(this.#units.keys()))
        this.#groups.put(conventions(path), contributions);
    }
    const regrouped = this.#groups.rebuild((unit, isNew) => {
      if (isNew) this.#changed.set(unit, NOTHING_BEFORE);
      else this.#noteBefore(unit);
    });
    if (regrouped) this.#filesChanged = true;
    if (this.#configsChanged) this.#systems.configure(this.#configs);
    else if (this.#filesChanged) this.#systems.programChanged();
    const everywhere = this.#configsChanged || this.#filesChanged;
    for (const unit of everywhere ? [...this.#units.values(), ...this.#groups.units()] : this.#changed.keys()) {
      if (this.#isGone(unit)) continue;
      const before = this.#changed.get(unit)?.targets ?? targetsOf(unit);
      const visible = unit.visible;
      this.#resolveUnit(unit);
      if (!sameTarget(visible, unit.visible)) this.#moved.add(unit);
      for (const [specifier, target] of targetsOf(unit)) {
        if (before.has(specifier) && !sameTarget(target, before.get(specifier))) this.#moved.add(unit);
      }
      yield 0;
    }
    this.#configsChanged = false;
    this.#filesChanged = false;
  }

  #unitNamed(name: string): Unit | undefined {
    const path = name.slice(name.indexOf(':') + 1);
    return name.startsWith('group:') ? this.#groups.get(path) : this.#units.get(path);
  }

  #isGone(unit: Unit): boolean {
    return unit.isGroup ? !this.#groups.has(unit) : this.#units.get(unit.path) !== unit;
  }

  #resolveUnit(unit: Unit): void {
    unit.visible = this.#visibleIn(unit);
    unit.modules = unit.specifiers.map((specifier, i): ModuleTarget => {
      const target: SpecifierTarget = unit.isGroup
        ? targetOfGroup(specifier)
        : this.#systems.resolve(unit.path, unit.language, specifier, unit.required[i]);
      if (target === undefined) return undefined;
      if ('packageId' in target) return { packageId: target.packageId, known: this.#knownPackage(target.packageId) };
      const found = 'path' in target ? this.#units.get(target.path) : this.#groups.get(target.group);
      return found === undefined ? undefined : { unit: found };
    });
  }

  #visibleIn(unit: Unit): ModuleTarget {
    const key = unit.isGroup ? undefined : this.#systems.visibleIn(unit.path, unit.language);
    const group = key === undefined ? undefined : this.#groups.get(key);
    return group === undefined ? undefined : { unit: group };
  }

  #knownPackage(id: string): Unit | undefined {
    if (!this.#knownPackages.has(id)) this.#knownPackages.set(id, packageUnit(id));
    return this.#knownPackages.get(id);
  }

  /** Takes what an earlier linker recorded of the unit, if it still holds. */
  #recall(unit: Unit): boolean {
    const record = this.#memory?.get(unit.path);
    if (record?.contentHash !== unit.extraction.contentHash) return false;
    const facets = this.#needs.held(record.needs);
    if (facets === undefined) return false;
    this.#enter(unit, record, facets);
    return true;
  }

  #link(unit: Unit): void {
    let outcome: Outcome | undefined;
    const facets = this.#evaluator.trace(() => {
      const linked = linkUnit(this.#evaluator, unit);
      const methods = readMethods(this.#evaluator, unit, linked.graph.relationships);
      outcome = { ...linked, http: readHttp(this.#evaluator, unit), methods };
    });
    this.#enter(unit, outcome!, facets);
    this.#unrecorded.add(unit);
  }

  #enter(unit: Unit, { graph, uses, http, methods }: Outcome, facets: ReadonlySet<Facet>): void {
    const bytes = (graph.nodes.length + graph.relationships.length) * ENTITY_BYTES;
    this.#linked.set(unit, { graph: this.#budget.hold(graph, bytes, this.#again(unit)), uses, facets });
    this.#seams.put(unit.path, unit, http);
    this.#overrides.put(unit.path, unit.origin, methods);
    this.#count(uses, 1);
    for (const other of unitsOf(facets)) {
      let dependents = this.#dependents.get(other);
      if (dependents === undefined) this.#dependents.set(other, (dependents = new Set()));
      dependents.add(unit);
    }
    for (const id of uses.packages) this.#packages.set(id, (this.#packages.get(id) ?? 0) + 1);
  }

  /** Returns a function that links a unit again. It is a method of its own: a closure inside #enter() would keep the graph in memory. */
  #again(unit: Unit): () => () => FileGraph {
    return () => () => {
      let linked: LinkedUnit | undefined;
      this.#evaluator.trace(() => (linked = linkUnit(this.#evaluator, unit)));
      return linked!.graph;
    };
  }

  #unlink(unit: Unit): void {
    const linked = this.#linked.get(unit);
    if (linked === undefined) return;
    this.#linked.delete(unit);
    this.#unrecorded.delete(unit);
    this.#budget.release(linked.graph);
    this.#count(linked.uses, -1);
    for (const other of unitsOf(linked.facets)) {
      const dependents = this.#dependents.get(other);
      dependents?.delete(unit);
      if (dependents?.size === 0) this.#dependents.delete(other);
    }
    for (const id of linked.uses.packages) {
      const count = this.#packages.get(id)! - 1;
      if (count === 0) this.#packages.delete(id);
      else this.#packages.set(id, count);
    }
  }

  #count({ resolvedCalls, externalCalls, unresolvedCalls }: UnitUses, times: 1 | -1): void {
    this.#calls.resolvedCalls += times * resolvedCalls;
    this.#calls.externalCalls += times * externalCalls;
    this.#calls.unresolvedCalls += times * unresolvedCalls;
  }
}

/** A method that calls another one by name need not be told that it may. */
function unlessKnown(possible: readonly Relationship[], known: readonly Relationship[]): readonly Relationship[] {
  if (possible.length === 0) return possible;
  const ids = new Set(known.map(({ id }) => id));
  return possible.filter(({ id }) => !ids.has(id));
}

/** Under this key, a configuration adds what its project makes visible to the project's files. */
function conventions(path: string): string {
  return `conventions of ${path}`;
}

function asText(extraction: SourceExtraction): () => SourceExtraction {
  const json = JSON.stringify(extraction);
  return () => JSON.parse(json) as SourceExtraction;
}

function unitsOf(facets: ReadonlySet<Facet>): Set<Unit> {
  const units = new Set<Unit>();
  let last: Unit | undefined;
  for (const { unit } of facets) if (unit !== last) units.add((last = unit));
  return units;
}

function changedKeys(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): string[] {
  const changed = [...now].filter(([name, value]) => before.get(name) !== value).map(([name]) => name);
  for (const name of before.keys()) if (!now.has(name)) changed.push(name);
  return changed;
}

function targetsOf(unit: Unit): Map<string, ModuleTarget> {
  return new Map(unit.modules.map((target, i) => [`${unit.required[i] === true ? 'require ' : ''}${unit.specifiers[i]!}`, target]));
}

function sameTarget(a: ModuleTarget, b: ModuleTarget): boolean {
  if (a === undefined || b === undefined) return a === b;
  if ('unit' in a) return 'unit' in b && a.unit === b.unit;
  return 'packageId' in b && a.packageId === b.packageId;
}

/** The language that most packages of an ecosystem are written in. */
const LANGUAGES: Readonly<Record<string, string>> = {
  pypi: 'python',
  python: 'python',
  golang: 'go',
  go: 'go',
  maven: 'java',
  java: 'java',
  nuget: 'csharp',
  dotnet: 'csharp',
  gem: 'ruby',
  ruby: 'ruby',
  composer: 'php',
  php: 'php',
  cargo: 'rust',
  rust: 'rust',
  luarocks: 'lua',
};

function packageNode(id: string): GraphNode {
  return {
    id,
    name: id.slice(id.indexOf('/') + 1),
    node_type: 'package',
    language: LANGUAGES[id.slice('pkg:'.length, id.indexOf('/'))] ?? 'javascript',
    file_path: PACKAGES_PATH,
    start_line: 1,
    end_line: 1,
    complexity: 0,
    line_count: 0,
  };
}
