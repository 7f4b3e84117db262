import type { HttpRecords, RouteRecord } from './records.ts';
import { isTestFile } from '../extraction/origin.ts';
import { literal, type Text } from './texts.ts';

/** A route with its place in its application. */
export interface ComposedRoute {
  readonly file: string;
  readonly record: RouteRecord;
  /** The part of the path that the route's own file contains. */
  readonly ownPath: string;
  readonly path: string;
  /** Whether the path is complete, with nothing unknown before it. */
  readonly isWhole: boolean;
}

interface Prefix {
  readonly text: string;
  readonly isWhole: boolean;
}

const MAX_PREFIXES = 8;
const MAX_DEPTH = 16;

/** Puts routers together. Returns every route with its full path, once for each place where its router is mounted. */
export function composeRoutes(files: ReadonlyMap<string, HttpRecords>): ComposedRoute[] {
  const routers = new Routers(files);
  const composed: ComposedRoute[] = [];
  for (const [file, { routes }] of files) {
    for (const record of routes) {
      const own = literal(record.path);
      if (own === undefined) continue;
      if (record.router === undefined) {
        composed.push({ file, record, ownPath: join('', own), path: join(globalPrefix(file, files), own), isWhole: true });
        continue;
      }
      if (!routers.isRouter(record.router)) continue;
      const ownPath = join(routers.ownPrefix(record.router, file), own);
      for (const { text, isWhole } of routers.prefixes(record.router))
        composed.push({ file, record, ownPath, path: join(text, own), isWhole });
    }
  }
  return composed;
}

class Routers {
  readonly #names = new Map<string, string>();
  readonly #made = new Map<string, { root: boolean; prefix: Text }>();
  readonly #mounts = new Map<string, { parent: string; prefix: Text; replaces: boolean; inTest: boolean; groupIn?: string }[]>();
  readonly #known = new Map<string, readonly Prefix[]>();

  constructor(files: ReadonlyMap<string, HttpRecords>) {
    for (const { same } of files.values()) for (const [a, b] of same) this.#unite(a, b);
    for (const { routers } of files.values()) {
      for (const { key, root, prefix } of routers) {
        const name = this.#name(key);
        const before = this.#made.get(name);
        this.#made.set(name, {
          root: root || before?.root === true,
          prefix: before === undefined || literal(before.prefix) === '' ? prefix : before.prefix,
        });
      }
    }
    for (const [file, { mounts }] of files) {
      for (const { parent, child, prefix, replaces, isGroup } of mounts) {
        const name = this.#name(child);
        const list = this.#mounts.get(name) ?? [];
        const mount = {
          parent: this.#name(parent),
          prefix,
          replaces: replaces === true,
          inTest: isTestFile(file),
          ...(isGroup === true ? { groupIn: file } : {}),
        };
        if (
          !list.some(
            (other) =>
              other.parent === mount.parent && other.inTest === mount.inTest && String(literal(other.prefix)) === String(literal(prefix)),
          )
        )
          list.push(mount);
        this.#mounts.set(name, list);
      }
    }
  }

  /** Whether the key is created as a router somewhere, or mounted in one. */
  isRouter(key: string, depth = 0): boolean {
    const name = this.#name(key);
    if (this.#made.has(name)) return true;
    return depth < MAX_DEPTH && (this.#mounts.get(name) ?? []).some(({ parent }) => this.isRouter(parent, depth + 1));
  }

  /** The prefix according to one file: that of the router itself, and those of the groups around it. */
  ownPrefix(key: string, file: string, depth = 0): string {
    const name = this.#name(key);
    const own = literal(this.#made.get(name)?.prefix ?? ['']) ?? '';
    const [group, ...others] = (this.#mounts.get(name) ?? []).filter((mount) => mount.groupIn === file);
    const between = group === undefined ? undefined : literal(group.prefix);
    if (group === undefined || others.length > 0 || between === undefined || depth > MAX_DEPTH) return own;
    return join(join(this.ownPrefix(group.parent, file, depth + 1), between), own);
  }

  prefixes(key: string, depth = 0): readonly Prefix[] {
    const name = this.#name(key);
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    if (depth > MAX_DEPTH) return [{ text: '', isWhole: false }];
    const made = this.#made.get(name);
    const own = made === undefined ? '' : literal(made.prefix);
    const all = (this.#mounts.get(name) ?? []).filter(({ parent }) => parent !== name && this.isRouter(parent));
    // A mount in a test counts only if no code outside tests mounts the router.
    const mounts = all.some(({ inTest }) => !inTest) ? all.filter(({ inTest }) => !inTest) : all;
    let found: Prefix[];
    if (mounts.length === 0) found = [{ text: own ?? '', isWhole: made?.root === true && own !== undefined }];
    else {
      found = mounts.flatMap(({ parent, prefix, replaces }) => {
        const between = literal(prefix);
        const after = replaces ? '' : own;
        return this.prefixes(parent, depth + 1).map((outer) => {
          if (between === undefined || after === undefined) return { text: after ?? '', isWhole: false };
          return { text: join(join(outer.text, between), after), isWhole: outer.isWhole };
        });
      });
    }
    const distinct = new Map(found.map((prefix) => [`${prefix.text} ${String(prefix.isWhole)}`, prefix]));
    const sorted = [...distinct.keys()].sort().map((each) => distinct.get(each)!);
    const prefixes = sorted.slice(0, MAX_PREFIXES);
    if (depth === 0) this.#known.set(name, prefixes);
    return prefixes;
  }

  #name(key: string): string {
    let name = key;
    for (let next = this.#names.get(name); next !== undefined; next = this.#names.get(name)) name = next;
    return name;
  }

  /** The smallest of the names stands for all. */
  #unite(a: string, b: string): void {
    const [first, second] = [this.#name(a), this.#name(b)];
    if (first === second) return;
    if (first < second) this.#names.set(second, first);
    else this.#names.set(first, second);
  }
}

/** The global prefix of the application whose file is nearest above. */
function globalPrefix(file: string, files: ReadonlyMap<string, HttpRecords>): string {
  let best = '';
  let depth = -1;
  for (const [path, { globalPrefixes }] of files) {
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    const text = globalPrefixes[0] === undefined ? undefined : literal(globalPrefixes[0]);
    if (text === undefined || !file.startsWith(folder) || folder.length <= depth) continue;
    best = join('', text);
    depth = folder.length;
  }
  return best;
}

/** Joins two paths, with one slash between them. */
export function join(prefix: string, path: string): string {
  const head = prefix === '' || prefix === '/' ? '' : `/${prefix.replaceAll(/^\/+|\/+$/g, '')}`;
  if (path === '') return head;
  return `${head}/${path.replace(/^\/+/, '')}`.replaceAll(/\/{2,}/g, '/');
}
