import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import { readAtMost, withRegularFile } from './regular-file.ts';
import { MAX_SOURCE_BYTES, TOO_LARGE, contentHashOf } from '../extraction/source-text.ts';

export type SourceBytes = { contentHash: string } & ({ bytes: Uint8Array } | { skip: string });

const CHUNK_BYTES = 256 * 1024;
/** If a file is too large to be analysed, only its first bytes and its size are hashed. A sparse file can have terabytes at no cost. */
const MAX_HASHED_BYTES = 8 * 1024 * 1024;

/**
 * The bytes of a file below a root, and their hash. A file that is too large to be analysed is only hashed, one chunk at a time.
 * @throws as {@link withRegularFile}
 */
export function readSource(root: string, path: string): SourceBytes {
  return withRegularFile(root, path, (file, size) => {
    if (size <= MAX_SOURCE_BYTES) {
      const bytes = readAtMost(file, MAX_SOURCE_BYTES + 1);
      if (bytes.length <= MAX_SOURCE_BYTES) return { contentHash: contentHashOf(bytes), bytes };
    }
    return { contentHash: hashOf(file, size), skip: TOO_LARGE };
  });
}

function hashOf(file: number, size: number): string {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (let at = 0; at < MAX_HASHED_BYTES;) {
    const read = readSync(file, chunk, 0, chunk.length, at);
    if (read === 0) break;
    hash.update(chunk.subarray(0, read));
    at += read;
  }
  if (size > MAX_HASHED_BYTES) hash.update(String(size));
  return hash.digest('hex').slice(0, 32);
}
