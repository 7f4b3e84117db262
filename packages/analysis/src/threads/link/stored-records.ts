import { createHash } from 'node:crypto';
import { readRecord, recordText, type LinkMemory, type LinkRecord } from '../../linker/link-record.ts';
import { CacheFile } from '../cache-file.ts';

const RECORDS = { name: 'links', form: 1 };

/** The records of the code base at one root, in a file that all roots share. A record that can't be read, or is damaged, is none. */
export class StoredRecords implements LinkMemory {
  readonly #file: CacheFile;
  readonly #root: string;

  constructor(file: CacheFile, root: string) {
    this.#file = file;
    this.#root = createHash('sha256').update(root).digest('base64url');
  }

  /** The file in a folder that exists. */
  static fileIn(cacheDir: string): CacheFile {
    return new CacheFile(cacheDir, RECORDS);
  }

  get(path: string): LinkRecord | undefined {
    const text = this.#file.get(this.#key(path));
    try {
      return text === undefined ? undefined : readRecord(text, path);
    } catch {
      return undefined;
    }
  }

  put(records: readonly LinkRecord[]): void {
    this.#file.put(records.map((record) => [this.#key(record.path), recordText(record)] as const));
  }

  #key(path: string): string {
    return `${this.#root}/${path}`;
  }
}
