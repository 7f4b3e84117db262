import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { MAX_SOURCE_BYTES, TOO_LARGE, contentHashOf } from './source-text.ts';

export type SourceBytes = { contentHash: string } & ({ bytes: Uint8Array } | { skip: string });

const CHUNK_BYTES = 256 * 1024;

/**
 * A file's bytes and their hash. One that is too large to be analysed is only hashed, a piece at a time: whatever its size, no more of it is held.
 *
 * @throws the file system's error. What has become a pipe or a folder since it was found does not block.
 */
export function readSource(absolutePath: string): SourceBytes {
  const file = openSync(absolutePath, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (fstatSync(file).size > MAX_SOURCE_BYTES) return { contentHash: hashOf(file), skip: TOO_LARGE };
    const bytes = readFileSync(file);
    return { contentHash: contentHashOf(bytes), bytes };
  } finally {
    closeSync(file);
  }
}

function hashOf(file: number): string {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) hash.update(chunk.subarray(0, read));
  return hash.digest('hex').slice(0, 32);
}
