import { constants } from 'node:fs';
import { open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { Problem } from '@graphtail/runtime';

/** In bytes. The lines of a larger source file are not read. */
const MAX_BYTES = 5 * 1024 * 1024;

/**
 * The real path of a file under an analysed root. A path that leads out of the root, by `..` or by a link, is refused.
 * @throws {Problem} 403 `FORBIDDEN`, 404 `NOT_FOUND` if this machine has no such file
 */
export async function placeUnder(root: string, path: string): Promise<string> {
  let place: string;
  let base: string;
  try {
    base = await realpath(root);
    place = await realpath(join(base, path));
  } catch (error) {
    throw new Problem(404, 'NOT_FOUND', `There is no file ${path} here any more.`, { reason: (error as NodeJS.ErrnoException).code });
  }
  if (isAbsolute(path) || leadsOut(relative(base, place))) throw new Problem(403, 'FORBIDDEN', `${path} is outside of the analysed root.`);
  return place;
}

function leadsOut(way: string): boolean {
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
}

/** The text of a small file directly in the root; undefined if there is none that can be read. */
export async function textUnder(root: string, path: string): Promise<string | undefined> {
  try {
    return await readPlace(await placeUnder(root, path));
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

/** A file's lines, without line ends. @throws {Problem} as {@link placeUnder}; 404 if it is too large or not a regular file */
export async function linesOf(root: string, path: string): Promise<string[]> {
  const text = await readPlace(await placeUnder(root, path));
  if (text === undefined) throw new Problem(404, 'NOT_FOUND', `${path} is not a file of at most ${String(MAX_BYTES)} bytes.`);
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/**
 * The text of a regular file of at most `MAX_BYTES`; undefined for anything else. Between a check of the path and the opening,
 * another process may put something else there: a link, a pipe without a writer, or a file that grows. So the open file itself
 * is checked, and at most one byte more than allowed is read.
 */
async function readPlace(place: string): Promise<string | undefined> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(place, flags).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    return (await file.stat()).isFile() ? await readBounded(file) : undefined;
  } finally {
    await file.close();
  }
}

async function readBounded(file: FileHandle): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of file.createReadStream({ autoClose: false, start: 0, end: MAX_BYTES }) as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
  }
  return size > MAX_BYTES ? undefined : Buffer.concat(chunks).toString('utf8');
}

/** A file's size in bytes; null if this machine has no such file under the root. */
export async function sizeUnder(root: string, path: string): Promise<number | null> {
  try {
    return (await statOf(await placeUnder(root, path))).size ?? null;
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

async function statOf(place: string): Promise<{ size: number | undefined }> {
  const found = await stat(place).catch(() => undefined);
  return { size: found?.isFile() === true ? found.size : undefined };
}
