import { configNames, isTsconfig } from '../config/tsconfig-files.ts';
import { parseJsonc } from '../config/jsonc.ts';
import { directoryOf } from '../link/paths.ts';
import { fileAt, type DiscoveredFile } from './discover.ts';
import { readText } from './regular-file.ts';

/** A larger config is not looked into. */
const MAX_BYTES = 256 * 1024;
/** More files are not taken in for being extended: each is a file more to read at every analysis. */
const MAX_EXTENDED = 256;

type Known = { readonly stamp: string; readonly json: Record<string, unknown> };

/** JSON files that count only because a tsconfig extends them, whatever they are called: `./config/paths.json`, `@repo/tsconfig/base.json`. */
export class ExtendedConfigs {
  readonly #root: string;
  /** What was read, by path, so that a look at an unchanged tree reads nothing. */
  #known = new Map<string, Known>();
  #paths: ReadonlySet<string> = new Set();

  constructor(root: string) {
    this.#root = root;
  }

  /** Whether a file of this path counts, or would if it were there. */
  has(path: string): boolean {
    return path.endsWith('.json') && this.#paths.has(path);
  }

  /** Those that these files extend, and that are not among them. @param counts whether a path is one that is not ignored */
  find(files: readonly DiscoveredFile[], counts: (path: string) => boolean): DiscoveredFile[] {
    const before = this.#known;
    this.#known = new Map();
    const present = new Set(files.map(({ path }) => path));
    const found = new Map<string, DiscoveredFile>();
    const wanted = new Set<string>();
    let packages: ReadonlyMap<string, string> | undefined;
    const queue = files.filter(({ path }) => isTsconfig(baseName(path)));
    for (let file = queue.pop(); file !== undefined && found.size < MAX_EXTENDED; file = queue.pop()) {
      for (const reference of [this.#read(file, before)['extends']].flat()) {
        if (typeof reference !== 'string') continue;
        if (!reference.startsWith('.')) packages ??= this.#packagesOf(files, before);
        for (const path of configNames(directoryOf(file.path), reference, packages)) {
          if (present.has(path) || found.has(path)) break;
          wanted.add(path);
          const extended = path.endsWith('.json') && counts(path) ? fileAt(this.#root, path, 'config') : undefined;
          if (extended === undefined) continue;
          found.set(path, extended);
          queue.push(extended);
          break;
        }
      }
    }
    this.#paths = wanted;
    return [...found.values()];
  }

  /** Folders of the packages of the program, by name. */
  #packagesOf(files: readonly DiscoveredFile[], before: ReadonlyMap<string, Known>): ReadonlyMap<string, string> {
    const packages = new Map<string, string>();
    for (const file of files) {
      if (baseName(file.path) !== 'package.json') continue;
      const { name } = this.#read(file, before);
      if (typeof name === 'string' && !packages.has(name)) packages.set(name, directoryOf(file.path));
    }
    return packages;
  }

  #read(file: DiscoveredFile, before: ReadonlyMap<string, Known>): Record<string, unknown> {
    const known = before.get(file.path) ?? this.#known.get(file.path);
    const entry = known?.stamp === file.stamp ? known : { stamp: file.stamp, json: this.#parse(file.path) };
    this.#known.set(file.path, entry);
    return entry.json;
  }

  #parse(path: string): Record<string, unknown> {
    try {
      const { extends: extended, name } = (parseJsonc(readText(this.#root, path, MAX_BYTES)) ?? {}) as Record<string, unknown>;
      return { extends: extended, name };
    } catch {
      return {}; // gone, or no file that is read: the analysis of it says so
    }
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
