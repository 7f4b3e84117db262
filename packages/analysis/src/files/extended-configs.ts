import { configNames, isTsconfig } from '../extraction/specifiers/tsconfig.ts';
import { parseJsonc } from '../languages/config/jsonc.ts';
import { directoryOf } from '../extraction/paths.ts';
import { fileAt, type DiscoveredFile } from './discover.ts';
import { readText } from './regular-file.ts';

/** In bytes. A larger config is not read. */
const MAX_BYTES = 256 * 1024;
/** At most this many files are added because others extend them: each is one more file to read at every analysis. */
const MAX_EXTENDED = 256;
/** A config extends at most this many others. Each further one would cost a look at the disk whenever the root is looked through. */
const MAX_REFERENCES = 64;

type Known = { readonly stamp: string; readonly json: Record<string, unknown> };

/**
 * JSON files that count only because a tsconfig extends them. They may have any name: `./config/paths.json`,
 * `@repo/tsconfig/base.json`.
 */
export class ExtendedConfigs {
  readonly #root: string;
  /** Configs that were read, by path, so that a search in an unchanged tree reads nothing. */
  #known = new Map<string, Known>();
  #paths: ReadonlySet<string> = new Set();

  constructor(root: string) {
    this.#root = root;
  }

  /** Whether a file at this path counts, or would count if it existed. */
  has(path: string): boolean {
    return path.endsWith('.json') && this.#paths.has(path);
  }

  /** The configs that these files extend and that are not among them. @param counts returns whether a path is not ignored */
  find(files: readonly DiscoveredFile[], counts: (path: string) => boolean): DiscoveredFile[] {
    const before = this.#known;
    this.#known = new Map();
    const present = new Set(files.map(({ path }) => path));
    const found = new Map<string, DiscoveredFile>();
    const wanted = new Set<string>();
    let packages: ReadonlyMap<string, string> | undefined;
    const queue = files.filter(({ path }) => isTsconfig(baseName(path)));
    for (let file = queue.pop(); file !== undefined && found.size < MAX_EXTENDED; file = queue.pop()) {
      for (const reference of [this.#read(file, before)['extends']].flat().slice(0, MAX_REFERENCES)) {
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

  /** Folders of the program's packages, by package name. */
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
      return {}; // gone, or refused: the analysis of this file reports it
    }
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
