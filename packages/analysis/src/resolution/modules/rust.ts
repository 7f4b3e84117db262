import { packageId } from '@graphtail/facts/plain';
import type { ProjectConfig, SourceExtraction } from '../../extraction/extraction.ts';
import { directoryOf, joinPath, upwards } from '../../extraction/paths.ts';
import { crateName } from '../../extraction/specifiers/rust.ts';
import type { Contribution, ModuleSystem, Program, SpecifierTarget } from './module-system.ts';

/** Crates that come with the language. */
const STANDARD = new Set(['std', 'core', 'alloc', 'proc_macro', 'test']);
/** Files with these names are the module of their folder. */
const OF_FOLDER = /^(?:mod|lib|main)\.rs$/;

interface Crate {
  readonly folder: string;
  readonly project: ProjectConfig;
}

/**
 * Rust's modules: a file is one, and what it declares with `mod` lies beside it or in the folder of its name. A specifier is one of:
 *
 * - `mod a/b`: what `mod b;` inside `mod a {}` declares; `file x.rs`: the same with `#[path]`
 * - `super 1`, `crate`: a module around the file, counted in files
 * - `use crate::a::B`: the file that a path leads into; `glob crate::a`: the file that a path leads to exactly
 * - `extern name`: a crate; `known name`: the same, if Cargo.toml has it
 * - `impls Name`: all files that have an `impl` for a type of that name
 * - `macros`: the macros that the crate declares
 *
 * https://doc.rust-lang.org/reference/items/modules.html
 */
export class RustCrates implements ModuleSystem {
  readonly byFile = true;
  #crates = new Map<string, Crate>();
  #byName = new Map<string, Crate>();

  configure(projects: ReadonlyMap<string, ProjectConfig>): void {
    this.#crates = new Map();
    this.#byName = new Map();
    for (const [path, project] of projects) {
      if (project.file !== 'Cargo.toml') continue;
      const crate = { folder: directoryOf(path), project };
      this.#crates.set(crate.folder, crate);
      if (project.name !== undefined && !this.#byName.has(crateName(project.name))) this.#byName.set(crateName(project.name), crate);
    }
  }

  contributions(path: string, { exports, modules }: SourceExtraction): Contribution[] {
    const found: Contribution[] = [];
    const types = new Set<string>();
    for (const entry of exports) {
      if (!('name' in entry)) continue;
      const dot = entry.name.indexOf('.');
      if (dot !== -1) types.add(entry.name.slice(0, dot));
      else if (entry.name.endsWith('!')) found.push({ group: macrosOf(path), name: entry.name, to: { path, name: entry.name } });
    }
    for (const type of types) found.push({ group: `rust impls:${type}`, to: { path, name: '*' } });
    for (const { specifier } of modules)
      for (const child of declaredBy(path, specifier)) found.push({ group: aboveKey(child), to: { path, name: '*' }, decides: true });
    return found;
  }

  resolve(program: Program, from: string, specifier: string): SpecifierTarget {
    const [kind = '', rest = ''] = specifier.split(' ');
    switch (kind) {
      case 'mod':
      case 'file':
        return toFile(declaredBy(from, specifier).find((path) => program.hasFile(path)));
      case 'super':
        return above(program, from, Number(rest));
      case 'crate':
        return { path: rootOf(program, from) };
      case 'use':
      case 'glob':
        return this.#alongPath(program, from, rest.split('::'), kind === 'glob');
      case 'extern':
        return this.#crate(program, from, rest, true);
      case 'known':
        return this.#crate(program, from, rest, false);
      case 'impls':
        return existing(program, `rust impls:${rest}`);
      case 'macros':
        return existing(program, macrosOf(from));
      default:
        return undefined;
    }
  }

  /** Follows a path as far as it leads from file to file. */
  #alongPath(program: Program, from: string, segments: readonly string[], whole: boolean): SpecifierTarget {
    const [first = ''] = segments;
    let at: string | undefined = from;
    let next = 1;
    if (first === 'crate') at = rootOf(program, from);
    else if (first === 'super') {
      for (next = 0; segments[next] === 'super' && at !== undefined; next++) at = parentOf(program, at);
    } else if (first !== 'self') {
      const target = this.#crate(program, from, first, true);
      if (target === undefined || !('path' in target)) return target;
      at = target.path;
    }
    if (at === undefined) return undefined;
    for (; next < segments.length; next++) {
      const inner = child(program, at, segments[next]!);
      if (inner === undefined) break;
      at = inner;
    }
    return whole && next < segments.length ? undefined : { path: at };
  }

  #crate(program: Program, from: string, name: string, certain: boolean): SpecifierTarget {
    if (STANDARD.has(name)) return { packageId: packageId('rust', 'std') };
    const own = this.#crateOf(from);
    const declared = own?.project.requires?.find((each) => crateName(each) === name);
    const renamed = declared === undefined ? undefined : own?.project.maps?.find(([alias]) => alias === declared)?.[1];
    const local = this.#byName.get(crateName(renamed ?? name));
    if (local !== undefined) {
      const entry = local.project.maps?.find(([key, target]) => key === 'lib' && target.startsWith('.'))?.[1] ?? 'src/lib.rs';
      const path = joinPath(local.folder, entry);
      if (path !== undefined && program.hasFile(path)) return { path };
    }
    if (declared === undefined && !certain) return undefined;
    return { packageId: packageId('cargo', renamed ?? declared ?? name) };
  }

  #crateOf(path: string): Crate | undefined {
    for (const folder of upwards(directoryOf(path))) {
      const crate = this.#crates.get(folder);
      if (crate?.project.name !== undefined) return crate;
    }
    return undefined;
  }
}

function toFile(path: string | undefined): SpecifierTarget {
  return path === undefined ? undefined : { path };
}

function existing(program: Program, group: string): SpecifierTarget {
  return program.hasGroup(group) ? { group } : undefined;
}

/** The sources of a crate usually lie in one `src`. */
function macrosOf(path: string): string {
  const src = path.lastIndexOf('src/');
  return `rust macros:${src > 0 ? path.slice(0, src) : directoryOf(path)}`;
}

/** The folder that the modules inside a file lie in. */
function folderOf(path: string): string {
  const folder = directoryOf(path);
  const base = path.slice(folder === '' ? 0 : folder.length + 1);
  return OF_FOLDER.test(base) || isRoot(path) ? folder : path.slice(0, -'.rs'.length);
}

/** Roots of crates other than a library: their modules lie beside them. */
function isRoot(path: string): boolean {
  return /(?:^|\/)(?:build\.rs|(?:src\/bin|tests|examples|benches)\/[^/]+\.rs)$/.test(path);
}

function child(program: Program, path: string, name: string): string | undefined {
  return declaredBy(path, `mod ${name}`).find((each) => program.hasFile(each));
}

/** The file that declares a module; undefined for the root of a crate. */
function parentOf(program: Program, path: string): string | undefined {
  return program.firstOf(aboveKey(path));
}

/** The files that declare a file as a module. */
function aboveKey(path: string): string {
  return `rust above:${path}`;
}

/** Paths at which the file of a `mod` may lie. */
function declaredBy(path: string, specifier: string): string[] {
  const [kind = '', name = ''] = specifier.split(' ');
  const at = kind === 'file' ? joinPath(directoryOf(path), name) : kind === 'mod' ? joinPath(folderOf(path), name) : undefined;
  if (at === undefined) return [];
  return kind === 'file' ? [at] : [`${at}.rs`, `${at}/mod.rs`];
}

function above(program: Program, path: string, levels: number): SpecifierTarget {
  let at: string | undefined = path;
  for (let i = 1; i < levels && at !== undefined; i++) at = parentOf(program, at);
  return at === undefined ? undefined : existing(program, aboveKey(at));
}

function rootOf(program: Program, path: string): string {
  let at = path;
  for (let left = 64; left > 0; left--) {
    const next = parentOf(program, at);
    if (next === undefined || next === path) break;
    at = next;
  }
  return at;
}
