import type { ConfigExtraction, PackageConfig } from '../../extraction/extraction.ts';
import { directoryOf, joinPath, upwards } from '../../extraction/paths.ts';

interface LocalPackage {
  readonly folder: string;
  readonly config: PackageConfig;
}

const BUILT = /^(?:\.\/)?(?:dist|build|lib|out|esm|cjs|es|output|types|_?build)\//;

/** The packages whose package.json is part of the program: where their names, subpaths and `#imports` lead. */
export class PackageMap {
  readonly #byName = new Map<string, LocalPackage>();
  readonly #byFolder = new Map<string, LocalPackage>();
  readonly #scopes = new Map<string, string>();

  constructor(configs: ReadonlyMap<string, ConfigExtraction>) {
    for (const path of [...configs.keys()].sort()) {
      const { config } = configs.get(path)!;
      if (config?.type !== 'package') continue;
      const found = { folder: directoryOf(path), config };
      this.#byFolder.set(found.folder, found);
      if (config.name !== undefined && !this.#byName.has(config.name)) this.#byName.set(config.name, found);
    }
  }

  /** The folder of the package that a folder belongs to. */
  scopeOf(folder: string): string {
    let scope = this.#scopes.get(folder);
    if (scope === undefined) {
      scope = '';
      for (const each of upwards(folder)) {
        if (!this.#byFolder.has(each)) continue;
        scope = each;
        break;
      }
      this.#scopes.set(folder, scope);
    }
    return scope;
  }

  /** Paths that a specifier may lead to, best first. */
  *candidates(folder: string, specifier: string, way: Way): Generator<string> {
    if (specifier.startsWith('#')) {
      const own = this.#byFolder.get(this.scopeOf(folder));
      if (own !== undefined) for (const target of this.#imported(folder, specifier, way)) yield* sourcesOf(own.folder, target);
      return;
    }
    const segments = specifier.split('/');
    const nameLength = specifier.startsWith('@') ? 2 : 1;
    const found = this.#byName.get(segments.slice(0, nameLength).join('/'));
    if (found === undefined) return;
    const rest = segments.slice(nameLength).join('/');
    const subpath = rest === '' ? '.' : `./${rest}`;
    const { config } = found;
    for (const target of mapped(config.exports, subpath, way)) yield* sourcesOf(found.folder, target);
    if (rest === '') {
      yield* this.entriesOf(found.folder);
      for (const entry of ['src/index', 'src/main', 'index', 'lib/index']) yield joined(found.folder, entry);
      return;
    }
    yield joined(found.folder, rest);
    yield joined(found.folder, `src/${rest}`);
  }

  /** The outside packages that a `#name` of the package stands for. */
  packagesOf(folder: string, specifier: string, way: Way): string[] {
    if (!specifier.startsWith('#')) return [];
    return this.#imported(folder, specifier, way).filter((target) => !target.startsWith('.') && !target.startsWith('#'));
  }

  #imported(folder: string, specifier: string, way: Way): string[] {
    return mapped(this.#byFolder.get(this.scopeOf(folder))?.config.imports, specifier, way);
  }

  /** The paths that the entry fields of the package in a folder name. */
  *entriesOf(folder: string): Generator<string> {
    const config = this.#byFolder.get(folder)?.config;
    if (config === undefined) return;
    for (const entry of [config.source, config.module, config.main, config.types]) {
      if (entry !== undefined) yield* sourcesOf(folder, entry);
    }
  }
}

/** A target, and where its source would be if the target is built: dist/a.d.ts comes from src/a.ts. */
function* sourcesOf(folder: string, target: string): Generator<string> {
  const direct = joinPath(folder, target);
  if (direct !== undefined) yield direct;
  const stem = target.replace(/^\.\//, '').replace(/(?:\.d)?\.[cm]?[jt]sx?$/, '');
  let inner = stem;
  // dist/types/element/src/index.d.ts: built folders are removed one after another.
  for (let i = 0; i < 4 && BUILT.test(inner); i++) {
    inner = inner.replace(BUILT, '');
    yield joined(folder, `src/${inner}`);
    yield joined(folder, inner);
  }
  const src = inner.indexOf('/src/');
  if (src !== -1) yield joined(folder, inner.slice(src + 1));
}

function joined(folder: string, relative: string): string {
  return folder === '' ? relative : `${folder}/${relative}`;
}

/**
 * What `exports` or `imports` map a subpath to. Of the conditions `import` and `require`, the one that the file uses is preferred. Which
 * other conditions hold is known only at run time. So their targets are included too, the likeliest first.
 */
function mapped(map: unknown, subpath: string, way: Way): string[] {
  if (map === undefined || map === null) return [];
  if (typeof map === 'string' || Array.isArray(map)) return subpath === '.' ? leaves(map, '', way) : [];
  if (typeof map !== 'object') return [];
  const entries = Object.entries(map as Record<string, unknown>);
  if (!entries.some(([key]) => key.startsWith('.') || key.startsWith('#'))) return subpath === '.' ? leaves(map, '', way) : [];
  const exact = entries.find(([key]) => key === subpath);
  if (exact !== undefined) return leaves(exact[1], '', way);
  let best: { prefix: string; middle: string; value: unknown } | undefined;
  for (const [key, value] of entries) {
    const star = key.indexOf('*');
    const [prefix, suffix] = star === -1 ? [key.endsWith('/') ? key : undefined, ''] : [key.slice(0, star), key.slice(star + 1)];
    if (prefix === undefined || !subpath.startsWith(prefix) || !subpath.endsWith(suffix) || subpath.length < prefix.length + suffix.length)
      continue;
    if (best === undefined || prefix.length > best.prefix.length)
      best = { prefix, middle: subpath.slice(prefix.length, subpath.length - suffix.length), value };
  }
  if (best === undefined) return [];
  const { middle } = best;
  return leaves(best.value, middle, way);
}

/** The way in which a file loads a module. */
export type Way = 'import' | 'require';

const PREFERRED: Readonly<Record<Way, readonly string[]>> = {
  import: ['source', 'development', 'types', 'import', 'module', 'node', 'browser', 'default', 'require'],
  require: ['source', 'development', 'types', 'require', 'node', 'default', 'browser', 'module', 'import'],
};

function leaves(value: unknown, middle: string, way: Way): string[] {
  if (typeof value === 'string') return [value.endsWith('/') ? value + middle : value.replaceAll('*', () => middle)];
  if (Array.isArray(value)) return value.flatMap((each) => leaves(each, middle, way));
  if (typeof value !== 'object' || value === null) return [];
  const preferred = PREFERRED[way];
  const rank = (key: string) => (preferred.includes(key) ? preferred.indexOf(key) : preferred.length);
  return Object.entries(value)
    .sort(([a], [b]) => rank(a) - rank(b))
    .flatMap(([, inner]) => leaves(inner, middle, way));
}
