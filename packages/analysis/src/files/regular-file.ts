import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';

const CHUNK_BYTES = 256 * 1024;

/** The reason of a {@link FileRefused} for a folder. */
export const FOLDER = 'folder';

/** Something exists at a path, but it is not read. The message is the reason. */
export class FileRefused extends Error {
  override name = 'FileRefused';
}

/**
 * Opens a path below a root and calls `use` with it, if it is a regular file inside the root.
 *
 * A repository may be hostile, and a path may change between a check and the opening. So the file is opened first, without
 * following a link at the path and without waiting for the other end of a pipe. Then the open file itself is checked.
 *
 * @throws {FileRefused}
 * @throws the file system's error, e.g. `ENOENT`
 */
export function withRegularFile<Result>(root: string, path: string, use: (file: number, size: number) => Result): Result {
  const file = open(join(root, path));
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new FileRefused(stat.isDirectory() ? FOLDER : 'not a regular file');
    const [place, base] = [realpathSync.native(join(root, path)), realpathSync.native(root)];
    const now = lstatSync(place);
    if (!place.startsWith(base.endsWith(sep) ? base : base + sep) || now.ino !== stat.ino || now.dev !== stat.dev)
      throw new FileRefused('outside of the root');
    return use(file, stat.size);
  } finally {
    closeSync(file);
  }
}

function open(place: string): number {
  try {
    return openSync(place, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ELOOP') throw new FileRefused('symbolic link');
    if (code === 'ENXIO') throw new FileRefused('not a regular file'); // a socket
    throw error;
  }
}

/** The first bytes of an open file, at most `maxBytes`. It ignores the file's size: a file may grow, and files of /proc have size 0. */
export function readAtMost(file: number, maxBytes: number): Buffer {
  const chunks: Buffer[] = [];
  let total = 0;
  while (total < maxBytes) {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, maxBytes - total));
    const read = readSync(file, chunk, 0, chunk.length, total);
    if (read === 0) break;
    chunks.push(chunk.subarray(0, read));
    total += read;
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, total);
}

/** A small file's text. @throws {FileRefused} also if it has more than `maxBytes`; otherwise as {@link withRegularFile} */
export function readText(root: string, path: string, maxBytes: number): string {
  return withRegularFile(root, path, (file) => {
    const bytes = readAtMost(file, maxBytes + 1);
    if (bytes.length > maxBytes) throw new FileRefused(`larger than ${String(maxBytes / 1024)} KiB`);
    return bytes.toString('utf8');
  });
}
