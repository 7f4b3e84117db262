import { lstatSync, readdirSync, type Dirent, type Stats } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { languageOf } from '../languages.ts';
import { IgnoreRules } from './ignore-rules.ts';

export interface DiscoveredFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  /** `config` for package.json and tsconfig*.json: they make no nodes, but the linker needs them. */
  readonly language: string;
  /** Bytes. */
  readonly size: number;
  /** Equal as long as nothing was written to the file, nor another put in its place. */
  readonly stamp: string;
}

export interface SkippedPath {
  readonly path: string;
  readonly reason: string;
}

export interface Discovery {
  /** Sorted by path. */
  readonly files: DiscoveredFile[];
  /** Also ignore files that could not be read, or not all of them. */
  readonly skipped: SkippedPath[];
}

export interface DiscoverOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the number of files found so far. */
  readonly onFound?: (count: number) => void;
}

/** Stands in a name for bytes that are no UTF-8: the file can't be opened by it. */
const NO_LETTER = '\uFFFD';

/** How long the walk may hold the event loop. */
const SLICE_MS = 8;

/**
 * Finds every file of a known language under the root, but for ignored ones. Symbolic links are not followed: what
 * they name inside the root is found in its own place, and what lies outside is none of the graph's, nor can they loop.
 *
 * @throws the signal's reason; a root that can't be read. Folders below it that can't are reported as skipped.
 */
export async function discoverFiles(root: string, options: DiscoverOptions = {}): Promise<Discovery> {
  const rules = new IgnoreRules(root);
  const files: DiscoveredFile[] = [];
  const skipped: SkippedPath[] = [];
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
      const known = languageOf(path);
      if (known === undefined || rules.ignoresEntry(path, false)) continue;
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
  return { files: files.sort(byPath), skipped: [...skipped, ...rules.troubles].sort(byPath) };
}

/** Undefined where there is no regular file, or not any more. */
export function fileAt(root: string, path: string, language: string): DiscoveredFile | undefined {
  const stat = statOf(join(root, path));
  if (stat?.isFile() !== true) return undefined;
  return { path, language, size: stat.size, stamp: stampOf(stat) };
}

/** Another one after each write, and for each other file. */
export function stampOf({ ctimeMs, size, ino }: Stats): string {
  return `${String(ctimeMs)} ${String(size)} ${String(ino)}`;
}

/** What is at a path itself, a symbolic link not followed; undefined where nothing is, or nothing that can be seen: a file may stand where a folder was. */
export function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
