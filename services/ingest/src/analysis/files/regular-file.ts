import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';

const CHUNK_BYTES = 256 * 1024;

/** The reason why a folder is no file. */
export const FOLDER = 'folder';

/** A path that is not read though something is there; the message is the reason. */
export class FileRefused extends Error {
  override name = 'FileRefused';
}

/**
 * Opens what is at a path below a root for `use`, if it is a regular file inside the root.
 *
 * What a repository holds may be hostile, and may change between a look and an opening. So the file is opened first, without
 * following a link in its place and without waiting for the other end of a pipe; what is judged is what was opened.
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

/** The first bytes of an open file, at most so many: a file may grow while it is read, and those of /proc say that they are empty. */
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

/** A small file's text. @throws {FileRefused} also where it has more than `maxBytes`; else as {@link withRegularFile} */
export function readText(root: string, path: string, maxBytes: number): string {
  return withRegularFile(root, path, (file) => {
    const bytes = readAtMost(file, maxBytes + 1);
    if (bytes.length > maxBytes) throw new FileRefused(`larger than ${String(maxBytes / 1024)} KiB`);
    return bytes.toString('utf8');
  });
}
