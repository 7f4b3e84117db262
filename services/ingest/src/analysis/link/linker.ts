import type { GraphNode } from '@graphtail/facts';
import type { ConfigExtraction, Extraction } from '../extraction.ts';
import { Evaluator } from './evaluator.ts';
import { linkUnit, type FileGraph, type LinkedUnit } from './link-file.ts';
import { SpecifierResolver } from './resolve-specifier.ts';
import { Unit, type ModuleTarget } from './unit.ts';

/** What a file says; undefined where it is gone. */
export type LinkedFile = FileGraph | undefined;

export interface LinkStats {
  readonly files: number;
  /** Files that were linked again by this call. */
  readonly relinked: number;
  /** Calls in all files that lead to a declaration, out of the program, and nowhere known. */
  readonly resolvedCalls: number;
  readonly externalCalls: number;
  readonly unresolvedCalls: number;
}

export interface LinkResult {
  /** Only files whose output may have changed since the last call, and PACKAGES_PATH. */
  readonly files: ReadonlyMap<string, LinkedFile>;
  readonly stats: LinkStats;
}

/** Stands for a file that holds the packages: one is there as long as some file depends on it. */
export const PACKAGES_PATH = '';

interface Linked {
  readonly graph: LinkedUnit;
  readonly sources: ReadonlySet<Unit>;
}

/**
 * Resolves across files. Each file's output knows which files it was derived from: link() derives anew only
 * what hangs on a change, and the outcome is that of a linker that is given all files at once.
 */
export class Linker {
  readonly #units = new Map<string, Unit>();
  readonly #configs = new Map<string, ConfigExtraction>();
  readonly #evaluator = new Evaluator();
  readonly #resolver = new SpecifierResolver((path) => this.#units.has(path));
  readonly #linked = new Map<Unit, Linked>();
  readonly #dependents = new Map<Unit, Set<Unit>>();
  readonly #packages = new Map<string, number>();
  /** Units whose own output is stale. */
  readonly #stale = new Set<Unit>();
  /** Units that others must look at again. */
  readonly #changed = new Set<Unit>();
  readonly #gone = new Map<string, Unit>();
  #filesChanged = false;
  #configsChanged = false;

  /** A file is there, or has another content. */
  set(path: string, extraction: Extraction): void {
    if (extraction.kind === 'config') {
      if (this.#configs.get(path)?.contentHash === extraction.contentHash) return;
      this.#configs.set(path, extraction);
      this.#configsChanged = true;
      return;
    }
    const known = this.#units.get(path);
    if (known === undefined) {
      const unit = new Unit(path, extraction);
      this.#units.set(path, unit);
      this.#stale.add(unit);
      this.#filesChanged = true;
      return;
    }
    const sameSurface = known.extraction.surface === extraction.surface && extraction.surface !== '';
    known.extraction = extraction;
    this.#stale.add(known);
    if (!sameSurface) this.#changed.add(known);
  }

  /** A file is gone. */
  delete(path: string): void {
    if (this.#configs.delete(path)) this.#configsChanged = true;
    const unit = this.#units.get(path);
    if (unit === undefined) return;
    this.#units.delete(path);
    this.#gone.set(path, unit);
    this.#changed.add(unit);
    this.#stale.delete(unit);
    this.#filesChanged = true;
  }

  link(): LinkResult {
    const steps = this.linkStepwise();
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
    }
  }

  /** The same, a file a step: whoever drives it may do other things in between, but for set() and delete(). */
  *linkStepwise(): Generator<void, LinkResult, void> {
    if (this.#configsChanged) this.#resolver.configure(this.#configs);
    else if (this.#filesChanged) this.#resolver.filesChanged();
    const everywhere = this.#configsChanged || this.#filesChanged;
    for (const unit of everywhere ? this.#units.values() : this.#changed) if (!this.#isGone(unit)) this.#resolveModules(unit);
    this.#configsChanged = false;
    this.#filesChanged = false;

    for (const unit of this.#changed) {
      this.#evaluator.invalidate(unit);
      for (const dependent of this.#dependents.get(unit) ?? []) if (!this.#isGone(dependent)) this.#stale.add(dependent);
    }
    this.#changed.clear();

    const files = new Map<string, LinkedFile>();
    let packagesChanged = false;
    for (const [path, unit] of this.#gone) {
      packagesChanged = this.#unlink(unit) || packagesChanged;
      this.#dependents.delete(unit);
      if (!this.#units.has(path)) files.set(path, undefined);
    }
    this.#gone.clear();
    const relinked = this.#stale.size;
    for (const unit of this.#stale) {
      packagesChanged = this.#unlink(unit) || packagesChanged;
      const { nodes, relationships } = this.#link(unit);
      files.set(unit.path, { nodes, relationships });
      packagesChanged = true;
      yield;
    }
    this.#stale.clear();
    if (packagesChanged) files.set(PACKAGES_PATH, this.#packageFile());
    return { files, stats: this.#stats(relinked) };
  }

  #isGone(unit: Unit): boolean {
    return this.#units.get(unit.path) !== unit;
  }

  #resolveModules(unit: Unit): void {
    const modules = unit.extraction.modules.map(({ specifier }): ModuleTarget => {
      const target = this.#resolver.resolve(unit.path, specifier);
      if (target === undefined || 'packageId' in target) return target;
      const found = this.#units.get(target.path);
      return found === undefined ? undefined : { unit: found };
    });
    if (modules.length === unit.modules.length && modules.every((target, i) => sameTarget(target, unit.modules[i]))) return;
    unit.modules = modules;
    this.#stale.add(unit);
    this.#changed.add(unit);
  }

  #link(unit: Unit): LinkedUnit {
    let graph: LinkedUnit | undefined;
    const sources = this.#evaluator.trace(() => {
      graph = linkUnit(this.#evaluator, unit);
    });
    this.#linked.set(unit, { graph: graph!, sources });
    for (const source of sources) {
      let dependents = this.#dependents.get(source);
      if (dependents === undefined) this.#dependents.set(source, (dependents = new Set()));
      dependents.add(unit);
    }
    for (const id of graph!.packages) this.#packages.set(id, (this.#packages.get(id) ?? 0) + 1);
    return graph!;
  }

  /** @returns whether a package may have lost its last dependent */
  #unlink(unit: Unit): boolean {
    const linked = this.#linked.get(unit);
    if (linked === undefined) return false;
    this.#linked.delete(unit);
    for (const source of linked.sources) this.#dependents.get(source)?.delete(unit);
    for (const id of linked.graph.packages) {
      const count = this.#packages.get(id)! - 1;
      if (count === 0) this.#packages.delete(id);
      else this.#packages.set(id, count);
    }
    return linked.graph.packages.size > 0;
  }

  #packageFile(): FileGraph {
    return { nodes: [...this.#packages.keys()].sort().map(packageNode), relationships: [] };
  }

  #stats(relinked: number): LinkStats {
    let [resolvedCalls, externalCalls, unresolvedCalls] = [0, 0, 0];
    for (const { graph } of this.#linked.values()) {
      externalCalls += graph.externalCalls;
      unresolvedCalls += graph.unresolvedCalls;
      resolvedCalls += graph.resolvedCalls;
    }
    return { files: this.#units.size, relinked, resolvedCalls, externalCalls, unresolvedCalls };
  }
}

function sameTarget(a: ModuleTarget, b: ModuleTarget): boolean {
  if (a === undefined || b === undefined) return a === b;
  if ('unit' in a) return 'unit' in b && a.unit === b.unit;
  return 'packageId' in b && a.packageId === b.packageId;
}

function packageNode(id: string): GraphNode {
  return {
    id,
    name: id.slice(id.indexOf('/') + 1),
    node_type: 'package',
    language: 'javascript',
    file_path: PACKAGES_PATH,
    start_line: 1,
    end_line: 1,
    complexity: 0,
    line_count: 0,
  };
}
