import { configNames } from '../../extraction/specifiers/tsconfig.ts';
import type { ConfigExtraction, TypeScriptConfig } from '../../extraction/extraction.ts';
import { directoryOf, joinPath, upwards } from '../../extraction/paths.ts';

/**
 * Limit on inherited configs, counting a config each time it is reached. Configs may extend one another in a circle, or each may extend
 * many others twice.
 */
const MAX_INHERITED = 64;

interface Mapping {
  /** Patterns with at most one `*`, and their targets as paths from the root. */
  readonly paths: readonly (readonly [pattern: string, targets: readonly string[]])[];
  readonly baseUrl: string | undefined;
}

/** `paths` and `baseUrl` of the tsconfig.json (or jsconfig.json) nearest to a file, with what it extends and refers to. */
export class TypeScriptPaths {
  readonly #configs = new Map<string, TypeScriptConfig>();
  /** Folders of packages, by package name. */
  readonly #packages = new Map<string, string>();
  readonly #scopes = new Map<string, string>();
  readonly #mappings = new Map<string, readonly Mapping[]>();

  constructor(configs: ReadonlyMap<string, ConfigExtraction>) {
    for (const path of [...configs.keys()].sort()) {
      const { config } = configs.get(path)!;
      if (config?.type === 'tsconfig') this.#configs.set(path, config);
      if (config?.type === 'package' && config.name !== undefined && !this.#packages.has(config.name))
        this.#packages.set(config.name, directoryOf(path));
    }
  }

  /** The config file that applies to files of a folder; '' if there is none. */
  scopeOf(folder: string): string {
    const known = this.#scopes.get(folder);
    if (known !== undefined) return known;
    let scope = '';
    for (const each of upwards(folder)) {
      const prefix = each === '' ? '' : `${each}/`;
      const name = ['tsconfig.json', 'jsconfig.json'].find((candidate) => this.#configs.has(prefix + candidate));
      if (name === undefined) continue;
      scope = prefix + name;
      break;
    }
    this.#scopes.set(folder, scope);
    return scope;
  }

  /** Paths that a specifier may lead to, best first. */
  *candidates(folder: string, specifier: string): Generator<string> {
    const scope = this.scopeOf(folder);
    if (scope === '') return;
    for (const { paths, baseUrl } of this.#mappingsOf(scope)) {
      let best: readonly [string, readonly string[]] | undefined;
      let bestPrefix = -1;
      for (const entry of paths) {
        const star = entry[0].indexOf('*');
        if (star === -1) {
          if (entry[0] === specifier) [best, bestPrefix] = [entry, Infinity];
        } else if (matches(entry[0], star, specifier) && star > bestPrefix) [best, bestPrefix] = [entry, star];
      }
      if (best !== undefined) {
        const star = best[0].indexOf('*');
        const middle = star === -1 ? '' : specifier.slice(star, specifier.length - (best[0].length - star - 1));
        for (const target of best[1]) yield target.replace('*', () => middle);
      }
      const based = baseUrl === undefined ? undefined : joinPath(baseUrl, specifier);
      if (based !== undefined) yield based;
    }
  }

  #mappingsOf(scope: string): readonly Mapping[] {
    const known = this.#mappings.get(scope);
    if (known !== undefined) return known;
    // A solution's own config lists the projects that hold the options.
    const counting = new Set([scope]);
    for (const reference of this.#configs.get(scope)?.references ?? []) {
      const path = this.#find(scope, reference);
      if (path !== undefined && directoryOf(path) === directoryOf(scope)) counting.add(path);
    }
    const mappings = [...counting].map((path) => this.#effective(path, { left: MAX_INHERITED }));
    this.#mappings.set(scope, mappings);
    return mappings;
  }

  #effective(path: string, configs: { left: number }): Mapping {
    const config = this.#configs.get(path);
    if (config === undefined || configs.left-- <= 0) return { paths: [], baseUrl: undefined };
    const folder = directoryOf(path);
    let mapping: Mapping = { paths: [], baseUrl: undefined };
    for (const base of config.extends) {
      const parent = this.#find(path, base);
      if (parent === undefined) continue;
      const inherited = this.#effective(parent, configs);
      mapping = { paths: inherited.paths.length > 0 ? inherited.paths : mapping.paths, baseUrl: inherited.baseUrl ?? mapping.baseUrl };
    }
    const baseUrl = config.baseUrl === undefined ? mapping.baseUrl : joinPath(folder, config.baseUrl);
    if (config.paths === undefined) return { ...mapping, baseUrl };
    const from = config.baseUrl === undefined ? (mapping.baseUrl ?? folder) : (baseUrl ?? folder);
    const paths = Object.entries(config.paths).map(
      ([pattern, targets]) => [pattern, targets.map((target) => joinPath(from, target)).filter((target) => target !== undefined)] as const,
    );
    return { paths, baseUrl };
  }

  /** Finds the config that another config names. */
  #find(path: string, reference: string): string | undefined {
    return configNames(directoryOf(path), reference, this.#packages).find((candidate) => this.#configs.has(candidate));
  }
}

function matches(pattern: string, star: number, specifier: string): boolean {
  return (
    specifier.length >= pattern.length - 1 && specifier.startsWith(pattern.slice(0, star)) && specifier.endsWith(pattern.slice(star + 1))
  );
}
