import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { threadId } from 'node:worker_threads';
import { ANALYZER_VERSION } from '../version.ts';

const MAX_BYTES = 256 * 1024 * 1024;

/**
 * Extractions by content, on disk: a file per entry, so that several processes may share a folder and a torn write
 * harms one entry. Losing all of it costs time only.
 */
export class ExtractionCache {
  readonly #folder: string;
  #usable = true;

  constructor(cacheDir: string) {
    this.#folder = join(cacheDir, `extractions-${ANALYZER_VERSION}`);
    try {
      mkdirSync(this.#folder, { recursive: true });
    } catch {
      this.#usable = false;
    }
  }

  get(key: string): string | undefined {
    if (!this.#usable) return undefined;
    try {
      return zstdDecompressSync(readFileSync(join(this.#folder, key))).toString('utf8');
    } catch {
      return undefined;
    }
  }

  put(key: string, json: string): void {
    if (!this.#usable) return;
    const target = join(this.#folder, key);
    const draft = `${target}.${String(process.pid)}-${String(threadId)}`;
    try {
      writeFileSync(draft, zstdCompressSync(json));
      renameSync(draft, target);
    } catch {
      // A full disk or a lost folder: the next extraction is made anew, and that is all.
      rmSync(draft, { force: true });
    }
  }

  /** Drops other versions' entries, and the oldest of this one's while they take more than `maxBytes`. */
  static trim(cacheDir: string, maxBytes: number = MAX_BYTES): void {
    const current = `extractions-${ANALYZER_VERSION}`;
    for (const name of list(cacheDir)) {
      if (name.startsWith('extractions-') && name !== current) rmSync(join(cacheDir, name), { recursive: true, force: true });
    }
    const folder = join(cacheDir, current);
    const entries = list(folder).flatMap((name) => {
      const stat = statSync(join(folder, name), { throwIfNoEntry: false });
      return stat === undefined ? [] : [{ name, bytes: stat.size, age: stat.mtimeMs }];
    });
    let total = entries.reduce((sum, entry) => sum + entry.bytes, 0);
    if (total <= maxBytes) return;
    for (const entry of entries.sort((a, b) => a.age - b.age)) {
      // Down to three quarters, so that trimming is rare.
      if (total <= maxBytes * 0.75) break;
      rmSync(join(folder, entry.name), { force: true });
      total -= entry.bytes;
    }
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
