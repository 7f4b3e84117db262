import { builtinModules } from 'node:module';
import { packageId } from '@graphtail/facts/plain';
import type { SpecifierTarget } from './module-system.ts';
import { PackageMap, type Way } from './package-map.ts';
import type { NuxtProjects } from './nuxt/projects.ts';
import { TypeScriptPaths } from './typescript-paths.ts';
import type { ConfigExtraction } from '../../extraction/extraction.ts';
import { directoryOf, joinPath } from '../../extraction/paths.ts';

const BUILTINS: ReadonlySet<string> = new Set(builtinModules);
const EXTENSIONS = ['.ts', '.tsx', '.d.ts', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.d.mts', '.d.cts', '.vue'];
/** Files in which `import` also acts as `require`. */
const COMMON_JS = /\.c[jt]s$/;
/** Endings that TypeScript lets a file write for another: `./a.js` for a.ts. */
const WRITTEN_FOR: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.d.ts', '.jsx'],
  '.jsx': ['.tsx', '.d.ts'],
  '.mjs': ['.mts', '.d.mts'],
  '.cjs': ['.cts', '.d.cts'],
};

/**
 * Resolves specifiers among the files of the program alone. It reads no disk, no node_modules and no built output, so equal sources
 * resolve alike wherever they lie. The rules are those of TypeScript's `bundler` resolution:
 * https://www.typescriptlang.org/docs/handbook/modules/reference.html#bundler
 */
export class SpecifierResolver {
  readonly #hasFile: (path: string) => boolean;
  readonly #nuxt: NuxtProjects | undefined;
  #paths: TypeScriptPaths;
  #packages: PackageMap;
  #bare = new Map<string, SpecifierTarget>();

  constructor(hasFile: (path: string) => boolean, nuxt?: NuxtProjects) {
    this.#hasFile = hasFile;
    this.#nuxt = nuxt;
    this.#paths = new TypeScriptPaths(new Map());
    this.#packages = new PackageMap(new Map());
  }

  /** Takes over changed package.json and tsconfig files. */
  configure(configs: ReadonlyMap<string, ConfigExtraction>): void {
    this.#paths = new TypeScriptPaths(configs);
    this.#packages = new PackageMap(configs);
    this.#bare.clear();
  }

  /** Drops cached results after files were added or removed. */
  filesChanged(): void {
    this.#bare.clear();
  }

  /** @param isRequired whether the specifier is the argument of a `require`; then a package may lead elsewhere than for an `import` */
  resolve(from: string, written: string, isRequired = false): SpecifierTarget {
    const specifier = written.replace(/[?].*$/, '');
    const folder = directoryOf(from);
    if (isRelative(specifier)) {
      const base = joinPath(folder, specifier);
      const path = base === undefined ? undefined : this.#probe(base);
      return path === undefined ? undefined : { path };
    }
    const way: Way = isRequired || COMMON_JS.test(from) ? 'require' : 'import';
    const scope = `${this.#paths.scopeOf(folder)}\0${this.#packages.scopeOf(folder)}\0${this.#nuxt?.groupOf(from) ?? ''}\0${way} ${specifier}`;
    const known = this.#bare.get(scope);
    if (known !== undefined || this.#bare.has(scope)) return known;
    const target = this.#resolveBare(folder, specifier, way);
    this.#bare.set(scope, target);
    return target;
  }

  #resolveBare(folder: string, specifier: string, way: Way): SpecifierTarget {
    for (const candidate of this.#paths.candidates(folder, specifier)) {
      const path = this.#probe(candidate);
      if (path !== undefined) return { path };
    }
    for (const candidate of this.#packages.candidates(folder, specifier, way)) {
      const path = this.#probe(candidate);
      if (path !== undefined) return { path };
    }
    for (const candidate of [...(this.#nuxt?.candidates(folder, specifier) ?? []), ...this.#usual(folder, specifier)]) {
      const path = this.#probe(candidate);
      if (path !== undefined) return { path };
    }
    const group = this.#nuxt?.groupNamed(folder, specifier);
    if (group !== undefined) return { group };
    for (const name of this.#packages.packagesOf(folder, specifier, way)) {
      const target = this.#resolveBare(folder, name, way);
      if (target !== undefined) return target;
    }
    if (specifier.startsWith('/')) return undefined;
    return externalPackage(specifier);
  }

  /** Where aliases lead that most projects of a framework configure alike, in files that are no data: Vite's and SvelteKit's. */
  #usual(folder: string, specifier: string): string[] {
    const [, alias, rest] = /^(@|~|\$lib)(?:\/(.*))?$/.exec(specifier) ?? [];
    if (alias === undefined) return [];
    const scope = this.#packages.scopeOf(folder);
    const places = alias === '$lib' ? ['src/lib'] : ['src', '.'];
    return places.map((place) => joinPath(scope, `${place}/${rest ?? ''}`)).filter((path) => path !== undefined);
  }

  #probe(base: string): string | undefined {
    if (this.#hasFile(base)) return base;
    const dot = base.lastIndexOf('.');
    const extension = dot > base.lastIndexOf('/') ? base.slice(dot) : '';
    for (const other of WRITTEN_FOR[extension] ?? []) {
      const path = base.slice(0, dot) + other;
      if (this.#hasFile(path)) return path;
    }
    for (const added of EXTENSIONS) if (this.#hasFile(base + added)) return base + added;
    for (const entry of this.#packages.entriesOf(base)) {
      for (const added of ['', ...EXTENSIONS]) if (this.#hasFile(entry + added)) return entry + added;
    }
    const index = base === '' ? 'index' : `${base}/index`;
    for (const added of EXTENSIONS) if (this.#hasFile(index + added)) return index + added;
    return undefined;
  }
}

export function isRelative(specifier: string): boolean {
  return specifier === '.' || specifier === '..' || specifier.startsWith('./') || specifier.startsWith('../');
}

const PACKAGE_NAME = /^(?:@[a-z0-9-][\w.~-]*\/)?[a-zA-Z0-9-][\w.~-]*$/;

function externalPackage(specifier: string): SpecifierTarget {
  if (specifier.startsWith('node:')) return { packageId: packageId('node', specifier.slice(5).split('/')[0]!) };
  const segments = specifier.split('/');
  const name = segments.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
  if (BUILTINS.has(specifier) || BUILTINS.has(name)) return { packageId: packageId('node', name) };
  return PACKAGE_NAME.test(name) ? { packageId: packageId('npm', name) } : undefined;
}
