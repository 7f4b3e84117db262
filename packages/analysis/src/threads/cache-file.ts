import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { ANALYZER_VERSION } from '../extraction/version.ts';

const MAX_BYTES = 256 * 1024 * 1024;
/** With a checksum, a damaged entry is not read as a valid one. */
const CHECKED = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };
/** An entry that claims to be larger is not read. */
const MAX_ENTRY_BYTES = 128 * 1024 * 1024;
/** How long a thread waits for the write of another thread or process. */
const BUSY_MS = 5_000;

/** What a cache file holds. Raise `form` with each change of the form of its entries. */
export type CacheKind = { readonly name: string; readonly form: number };

/**
 * Texts by key, in a database on disk that threads and processes share. Creating thousands of small files would take longer than
 * computing their content. Losing the cache costs only time, so nothing waits for the disk. If the database can't be used, the cache does
 * nothing. Each version of the analyser has a file of its own.
 */
export class CacheFile {
  readonly #get: StatementSync | undefined;
  readonly #put: StatementSync | undefined;
  readonly #database: DatabaseSync | undefined;

  constructor(cacheDir: string, kind: CacheKind) {
    this.#database = open(cacheDir, kind);
    this.#get = this.#database?.prepare('SELECT body FROM entry WHERE key = ?');
    this.#put = this.#database?.prepare('INSERT OR REPLACE INTO entry (key, at, body) VALUES (?, ?, ?)');
  }

  get(key: string): string | undefined {
    try {
      const row = this.#get?.get(key);
      return row === undefined
        ? undefined
        : zstdDecompressSync(row['body'] as Uint8Array, { maxOutputLength: MAX_ENTRY_BYTES }).toString('utf8');
    } catch {
      return undefined;
    }
  }

  /** Writes all entries, or none. */
  put(entries: Iterable<readonly [key: string, text: string]>): void {
    const at = Date.now();
    try {
      this.#database?.exec('BEGIN IMMEDIATE');
      for (const [key, text] of entries) this.#put?.run(key, at, zstdCompressSync(text, CHECKED));
      this.#database?.exec('COMMIT');
    } catch {
      // A full disk or a lost folder: it is computed again next time.
      if (this.#database?.isTransaction === true) this.#database.exec('ROLLBACK');
    }
  }

  /** Drops the oldest entries if all together take more than `maxBytes`. */
  trim(maxBytes: number = MAX_BYTES): void {
    try {
      const sizes = this.#database?.prepare('SELECT at, length(body) AS bytes FROM entry ORDER BY at DESC').iterate() ?? [];
      let [total, keepFrom] = [0, Infinity];
      for (const { at, bytes } of sizes) {
        total += Number(bytes);
        // Trims down to three quarters, so that it is rare.
        if (total <= maxBytes * 0.75) keepFrom = Number(at);
      }
      if (total > maxBytes) this.#database?.prepare('DELETE FROM entry WHERE at < ?').run(keepFrom);
    } catch {
      // The next start trims it.
    }
  }

  close(): void {
    this.#database?.close();
  }
}

/** undefined if the folder is missing or can't be used. */
function open(cacheDir: string, { name: kind, form }: CacheKind): DatabaseSync | undefined {
  const current = `${kind}-${ANALYZER_VERSION}.${String(form)}.sqlite`;
  try {
    for (const name of readdirSync(cacheDir))
      if (name.startsWith(`${kind}-`) && !name.startsWith(current)) rmSync(join(cacheDir, name), { recursive: true, force: true });
    return openFile(join(cacheDir, current));
  } catch {
    return undefined;
  }
}

/** Opens the database file. A damaged file is replaced by an empty one. */
function openFile(path: string): DatabaseSync {
  try {
    return prepared(path);
  } catch (error) {
    if (!/malformed|not a database/.test((error as Error).message)) throw error;
    for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
    return prepared(path);
  }
}

function prepared(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_MS });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
    database.exec('CREATE TABLE IF NOT EXISTS entry (key TEXT PRIMARY KEY, at INTEGER NOT NULL, body BLOB NOT NULL) STRICT');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
