import type { ConfigExtraction, SourceExtraction } from '../../extraction/extraction.ts';
import { directoryOf, joinPath } from '../../extraction/paths.ts';
import { COMPONENT, COMPONENT_OF_TEMPLATE, templateGroup, templateOfExport } from '../../extraction/specifiers/templates.ts';
import { SELF } from '../../extraction/specifiers/self.ts';
import { SpecifierResolver } from './ecmascript.ts';
import { projectsOf, type Contribution, type ModuleSystem, type Program, type SpecifierTarget } from './module-system.ts';
import { CSharpNamespaces } from './csharp.ts';
import { GoModules } from './go.ts';
import { JavaPackages } from './java.ts';
import { NuxtProjects } from './nuxt/projects.ts';
import { LuaModules } from './lua.ts';
import { PhpNamespaces } from './php.ts';
import { RubyConstants } from './ruby.ts';
import { PythonModules } from './python.ts';
import { RustCrates } from './rust.ts';

/** Resolves the specifiers of each language. Languages without a module system of their own use ECMAScript's. */
export class ModuleSystems {
  readonly nuxt: NuxtProjects;
  readonly #program: Program;
  readonly #ecmascript: SpecifierResolver;
  // Java and Kotlin see each other's packages.
  readonly #systems: Readonly<Record<string, ModuleSystem>> = {
    python: new PythonModules(),
    go: new GoModules(),
    java: new JavaPackages(),
    kotlin: new JavaPackages(),
    csharp: new CSharpNamespaces(),
    php: new PhpNamespaces(),
    ruby: new RubyConstants(),
    rust: new RustCrates(),
    lua: new LuaModules(),
  };
  #known = new Map<string, SpecifierTarget>();

  constructor(program: Program) {
    this.#program = program;
    this.nuxt = new NuxtProjects((path) => program.hasFile(path));
    this.#ecmascript = new SpecifierResolver((path) => program.hasFile(path), this.nuxt);
  }

  /** Takes over changed build files. */
  configure(configs: ReadonlyMap<string, ConfigExtraction>): void {
    this.#known.clear();
    this.#ecmascript.configure(configs);
    const projects = projectsOf(configs);
    for (const system of Object.values(this.#systems)) system.configure(projects);
  }

  /** Drops cached results after files or groups were added or removed. */
  programChanged(): void {
    this.#known.clear();
    this.#ecmascript.filesChanged();
  }

  /** The group of names that a file sees without an import. */
  visibleIn(path: string, language: string): string | undefined {
    return this.#systems[language] === undefined ? this.nuxt.groupOf(path) : undefined;
  }

  /** @param isRequired whether the specifier is the argument of a `require` */
  resolve(from: string, language: string, specifier: string, isRequired = false): SpecifierTarget {
    const system = this.#systems[language];
    if (specifier === COMPONENT_OF_TEMPLATE)
      return this.#program.hasGroup(templateGroup(from)) ? { group: templateGroup(from) } : undefined;
    if (system === undefined) return this.#ecmascript.resolve(from, specifier, isRequired);
    if (specifier === SELF) return { path: from };
    const place = system.byFile === true ? from : from.slice(0, from.lastIndexOf('/') + 1);
    const key = `${place}\0${language}\0${specifier}`;
    if (this.#known.has(key)) return this.#known.get(key);
    const target = system.resolve(this.#program, from, specifier);
    this.#known.set(key, target);
    return target;
  }

  contributions(path: string, extraction: SourceExtraction): Contribution[] {
    const system = this.#systems[extraction.language];
    return system === undefined ? templatesOf(path, extraction) : system.contributions(path, extraction);
  }
}

/** A component is in the group of the file that it names as its template. */
function templatesOf(path: string, { exports }: SourceExtraction): Contribution[] {
  return exports.flatMap((entry) => {
    const specifier = 'name' in entry && entry.hidden === true ? templateOfExport(entry.name) : undefined;
    const template = specifier === undefined ? undefined : joinPath(directoryOf(path), specifier);
    return template === undefined || !('name' in entry)
      ? []
      : [{ group: templateGroup(template), name: COMPONENT, to: { path, name: entry.name } }];
  });
}
