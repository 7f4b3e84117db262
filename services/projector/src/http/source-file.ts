import { constants } from 'node:fs';
import { open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { Problem } from '@graphtail/runtime';

/** A source file larger than this is not read for its lines. */
const MAX_BYTES = 5 * 1024 * 1024;

/**
 * The real place of a file under an analysed root. A path that leads out of the root, by `..` or by a link, is refused.
 * @throws {Problem} 403 `FORBIDDEN`, 404 `NOT_FOUND` where this machine has no such file
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

/** A file's lines, without their ends. @throws {Problem} as {@link placeUnder}; 404 for what is not a file of bearable size. */
export async function linesOf(root: string, path: string): Promise<string[]> {
  const text = await readPlace(await placeUnder(root, path));
  if (text === undefined) throw new Problem(404, 'NOT_FOUND', `${path} is not a file of at most ${String(MAX_BYTES)} bytes.`);
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/**
 * The text of a regular file of bearable size; undefined for anything else. What is at a place may be another thing a moment after it was looked at: a link, a pipe that
 * nobody writes to, a file that grows. So what was opened is judged, and no more is read than is allowed.
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

/** Bytes; null where this machine has no such file under the root. */
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
