import { lstatSync, readdirSync, type Dirent, type Stats } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { languageOf } from '../languages/languages.ts';
import { IgnoreRules } from './ignore-rules.ts';
import { unreadKind } from './unread-kinds.ts';

export interface DiscoveredFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  /** `config` for package.json, tsconfig*.json and the like: they have no nodes, but the linker needs them. */
  readonly language: string;
  /** In bytes. */
  readonly size: number;
  /** Stays equal until the file is written or replaced by another file. */
  readonly stamp: string;
}

export interface SkippedPath {
  readonly path: string;
  readonly reason: string;
}

export interface Discovery {
  /** Sorted by path. */
  readonly files: DiscoveredFile[];
  /** Includes ignore files that could not be read or used in full. */
  readonly skipped: SkippedPath[];
  /** The number of source files that no reader knows, by extension: `.elm` → 182. Ignored files do not count. */
  readonly unread: ReadonlyMap<string, number>;
}

export interface DiscoverOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called from time to time with the number of files found so far. */
  readonly onFound?: (count: number) => void;
}

/** Replaces bytes that are not UTF-8 in a file's name. The file can't be opened by such a name. */
const NO_LETTER = '\uFFFD';

/** How long the walk may block the event loop. */
const SLICE_MS = 8;

/**
 * Finds every file of a known language under the root, except ignored ones. Symbolic links are not followed: a target
 * inside the root is found at its own path, a target outside is not part of the graph, and links could form a loop.
 *
 * @throws the signal's reason, or the file system's error if the root can't be read. Unreadable folders below it are skipped.
 */
export async function discoverFiles(root: string, options: DiscoverOptions = {}): Promise<Discovery> {
  const rules = new IgnoreRules(root);
  const files: DiscoveredFile[] = [];
  const skipped: SkippedPath[] = [];
  const unread = new Map<string, number>();
  const folders = [''];
  let sliceEnds = performance.now() + SLICE_MS;
  const shareLoop = async (): Promise<void> => {
    options.onFound?.(files.length);
    await nextTurn();
    options.signal?.throwIfAborted();
    sliceEnds = performance.now() + SLICE_MS;
  };
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    let entries: Dirent[];
    try {
      entries = readdirSync(join(root, folder), { withFileTypes: true });
    } catch (error) {
      if (folder === '') throw error;
      skipped.push({ path: folder, reason: 'unreadable folder' });
      continue;
    }
    rules.enter(folder, entries);
    for (const entry of entries) {
      if (performance.now() > sliceEnds) await shareLoop();
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!rules.ignoresEntry(path, true)) folders.push(path);
        continue;
      }
      const known = languageOf(path) ?? unreadKind(path);
      if (known === undefined || rules.ignoresEntry(path, false)) continue;
      if (typeof known === 'string') {
        unread.set(known, (unread.get(known) ?? 0) + 1);
        continue;
      }
      if (!entry.isFile()) {
        skipped.push({ path, reason: entry.isSymbolicLink() ? 'symbolic link' : 'not a regular file' });
        continue;
      }
      const file = fileAt(root, path, known.language);
      if (file !== undefined) files.push(file);
      else if (entry.name.includes(NO_LETTER)) skipped.push({ path, reason: 'its name is not UTF-8' });
    }
  }
  const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
  return { files: files.sort(byPath), skipped: [...skipped, ...rules.troubles].sort(byPath), unread };
}

/** undefined if there is no regular file at this path, or not any more. */
export function fileAt(root: string, path: string, language: string): DiscoveredFile | undefined {
  const stat = statOf(join(root, path));
  if (stat?.isFile() !== true) return undefined;
  return { path, language, size: stat.size, stamp: stampOf(stat) };
}

/** A stamp that differs after each write and for each other file at the same path. */
export function stampOf({ ctimeMs, size, ino }: Stats): string {
  return `${String(ctimeMs)} ${String(size)} ${String(ino)}`;
}

/**
 * The stat of what is at a path. A symbolic link is not followed. undefined if there is nothing, or if it can't be accessed, for
 * example because a file has replaced a folder of the path.
 */
export function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
